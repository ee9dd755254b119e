//! The column tables in `docs/formats` say what the code reads. `UPDATE_GOLDEN=1` rewrites them.

use crate::formats::{Holds, Kind};

fn table(kind: Kind) -> String {
    let mut text = String::from("| Column | Needed | Holds | Meaning |\n| --- | --- | --- | --- |\n");
    for column in kind.columns() {
        let holds = match column.holds {
            Holds::Text => "text",
            Holds::Id => "id",
            Holds::Number => "number",
            Holds::Amount => "amount",
            Holds::Date => "date",
            Holds::Currency => "currency",
            Holds::Flag => "yes or no",
        };
        let needed = if column.required { "yes" } else { "" };
        text.push_str(&format!("| `{}` | {needed} | {holds} | {} |\n", column.name, column.meaning));
    }
    text
}

#[test]
fn every_kind_has_its_columns_documented() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats");
    for kind in Kind::ALL {
        let page = match kind {
            Kind::MsRecon | Kind::MsReconLegacy | Kind::MsUsage | Kind::MsPriceSheet | Kind::Distributor => kind.name(),
            Kind::MsEstSheet | Kind::MsAzureSheet | Kind::MsReservationSheet => "ms-price-sheet",
            Kind::DistributorPrices => "distributor",
            _ => "own-files",
        };
        let path = folder.join(format!("{page}.md"));
        let text = std::fs::read_to_string(&path).unwrap();
        let mark = format!("<!-- columns of {} -->\n", kind.name());
        let (before, rest) =
            text.split_once(&mark).unwrap_or_else(|| panic!("{page}.md has no table of {}", kind.name()));
        let (_, after) = rest.split_once("<!-- end -->").unwrap();
        let want = format!("{before}{mark}{}<!-- end -->{after}", table(kind));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, want).unwrap();
        } else {
            assert_eq!(text, want, "{page}.md is out of date");
        }
    }
}
