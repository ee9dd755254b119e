//! An example for every command, and the keys of those that take `KEY=VALUE`: what `--help` ends with.

use super::Cli;
use clap::CommandFactory;

/// Command, and what one would type after `billhook`.
const EXAMPLES: &[(&str, &[&str])] = &[
    ("", &["demo target/demo", "--book acme.billhook import recon.csv"]),
    ("demo", &["demo target/demo"]),
    ("book", &["book info"]),
    (
        "book create",
        &["book create acme.billhook --name \"Acme Cloud Ltd\" --country GB --currency GBP --role direct-bill"],
    ),
    ("book info", &["--book acme.billhook book info"]),
    ("book check", &["--book acme.billhook book check"]),
    ("book backup", &["book backup create /media/safe"]),
    ("book backup create", &["book backup create /media/safe"]),
    ("book backup verify", &["--key-file acme.key book backup verify acme-20261102-081530.billhook-backup"]),
    (
        "book backup restore",
        &["--key-file acme.key book backup restore acme-20261102-081530.billhook-backup --to again.billhook"],
    ),
    ("book passphrase", &["book passphrase"]),
    ("book recovery-key", &["book recovery-key --key-file-out acme.key"]),
    ("book export", &["book export --canonical --to acme.txt"]),
    ("book settings", &["book settings"]),
    ("book set", &["book set seller.vat_id=GB123456789 brand.colour=#0B6187"]),
    ("book rates", &["book rates"]),
    ("book rate", &["book rate EUR 0.8651 --from 2026-11-01 --source HMRC"]),
    ("import", &["import customers.csv recon_2026-10.csv", "import --template subscriptions > subscriptions.csv"]),
    ("import kinds", &["import kinds"]),
    ("mapping", &["mapping list"]),
    ("mapping list", &["mapping list"]),
    ("mapping show", &["mapping show pax8 > ours.toml"]),
    ("mapping save", &["mapping save ours.toml"]),
    ("mapping test", &["mapping test ours.toml october.csv"]),
    ("accounts", &["accounts list --find harbour"]),
    ("accounts list", &["accounts list --find harbour"]),
    ("accounts show", &["accounts show harbour"]),
    (
        "accounts add",
        &["accounts add harbour name=\"Harbour Bakery Ltd\" country=GB currency=GBP tax_percent=20 segment=Gold"],
    ),
    ("accounts set", &["accounts set harbour payment_days=14 purchase_order=PO-4711"]),
    ("accounts end", &["accounts end harbour --on 2026-12-31"]),
    ("catalogue", &["catalogue list --find premium"]),
    ("catalogue list", &["catalogue list --find premium"]),
    ("catalogue show", &["catalogue show CFQ7TTC0LCHC:0002"]),
    ("catalogue add", &["catalogue add CARE:0001 name=\"Managed workplace\" kind=service"]),
    ("catalogue set", &["catalogue set CARE:0001 name=\"Managed workplace, gold\""]),
    ("catalogue end", &["catalogue end CARE:0001 --on 2026-12-31"]),
    ("catalogue price", &["catalogue price CARE:0001 cost=12.00 erp=19.00 from=2026-10-01"]),
    ("prices", &["prices add everybody method=off-erp value=5"]),
    ("prices list", &["prices list --find CFQ7TTC0LCHC"]),
    ("prices show", &["prices show everybody"]),
    (
        "prices add",
        &[
            "prices add everybody method=off-erp value=5 from=2026-10-01",
            "prices add seats layer=account:harbour product=CFQ7TTC0LCHC:0002 method=graduated bands=1:19.00,25:18.20",
        ],
    ),
    (
        "prices set",
        &["prices set everybody value=4 from=2027-01-01", "prices set everybody hold=float:30 uplift=3% --dry-run"],
    ),
    ("prices try", &["prices try everybody value=4"]),
    ("prices end", &["prices end everybody --on 2027-01-01"]),
    ("prices lists", &["prices lists"]),
    ("prices history", &["prices history CFQ7TTC0LCHC:0002"]),
    (
        "prices diff",
        &["prices diff 12", "prices diff 9 12 --csv rise.csv", "prices diff --on 2026-06-30 --and 2026-07-01"],
    ),
    ("prices adopt", &["prices adopt 12"]),
    ("prices drop", &["prices drop 12"]),
    ("prices take", &["prices take"]),
    ("prices why", &["prices why 3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77 --on 2026-10-14"]),
    ("promotions", &["promotions list"]),
    ("promotions list", &["promotions list"]),
    ("promotions show", &["promotions show 39NFJQT1PJL9"]),
    (
        "promotions add",
        &["promotions add 39NFJQT1PJL9 product=CFQ7TTC0LCHC:0002 term=P1Y percent=10 from=2026-06-01 until=2027-01-01"],
    ),
    ("promotions set", &["promotions set 39NFJQT1PJL9 until=2026-10-01"]),
    ("promotions end", &["promotions end 39NFJQT1PJL9 --on 2026-10-01"]),
    ("promotions take", &["promotions take --period 2026-10"]),
    ("bundles", &["bundles list"]),
    ("bundles list", &["bundles list"]),
    ("bundles show", &["bundles show SECURE"]),
    (
        "bundles add",
        &[
            "bundles add SECURE name=\"Secure workplace\" parts=CFQ7TTC0LCHC:0002,CFQ7TTC0LH04:0001*1-5",
            "bundles add START name=\"New starter\" currency=GBP parts=\"CFQ7TTC0LCHC:0002,P-0001:0001=49 one-off cost=20 hidden\"",
        ],
    ),
    (
        "bundles set",
        &[
            "bundles set SECURE price=29.90 currency=GBP show_parts=no",
            "bundles set SECURE from=2027-01-01 price=31.50",
            "bundles set SECURE from=2027-01-01 parts=",
        ],
    ),
    ("bundles end", &["bundles end SECURE --on 2026-12-31"]),
    ("bundles margin", &["bundles margin SECURE --account harbour --on 2027-01-01"]),
    ("bundles swap", &["bundles swap SECURE CFQ7TTC0LH04:0001 CFQ7TTC0LHXX:0001 --from 2027-01-01 --dry-run"]),
    ("bundles preview", &["bundles preview SECURE --account harbour --quantity 10 --start 2026-12-12"]),
    ("subscriptions", &["subscriptions show 3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77 --on 2026-10-14"]),
    ("subscriptions list", &["subscriptions list --find harbour"]),
    ("subscriptions show", &["subscriptions show 3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77 --on 2026-10-14"]),
    (
        "subscriptions add",
        &[
            "subscriptions add care-1 account=harbour product=CARE:0001 start=2026-10-05 term=P1Y plan=monthly quantity=12",
        ],
    ),
    (
        "subscriptions set",
        &[
            "subscriptions set care-1 on=2026-10-14 quantity=15",
            "subscriptions set care-1 customer_term=P3Y customer_from=2026-01-01",
        ],
    ),
    ("subscriptions end", &["subscriptions end care-1 --on 2026-12-01 --credit-one-offs"]),
    ("subscriptions cycles", &["subscriptions cycles care-1 --until 2027-03-01"]),
    ("tenants", &["tenants list"]),
    ("tenants list", &["tenants list --find harbour"]),
    ("tenants show", &["tenants show 6d1f0b5e-3a1c-4a0b-9f57-2f0c6f9a1b10"]),
    ("tenants add", &["tenants add 6d1f0b5e-3a1c-4a0b-9f57-2f0c6f9a1b10 account=harbour domain=harbour.example"]),
    ("tenants set", &["tenants set 6d1f0b5e-3a1c-4a0b-9f57-2f0c6f9a1b10 account=harbour"]),
    ("tenants end", &["tenants end 6d1f0b5e-3a1c-4a0b-9f57-2f0c6f9a1b10"]),
    ("contacts", &["contacts list --account harbour"]),
    ("contacts list", &["contacts list --account harbour"]),
    ("contacts show", &["contacts show 0197c8a2-6c1e-7d40-9b1f-3c5d7e9f1a2b"]),
    ("contacts add", &["contacts add harbour name=\"Jo Ash\" role=Office mail=jo@harbour.example invoices=yes"]),
    ("contacts set", &["contacts set 0197c8a2-6c1e-7d40-9b1f-3c5d7e9f1a2b phone=\"+44 117 496 0000\""]),
    ("contacts end", &["contacts end 0197c8a2-6c1e-7d40-9b1f-3c5d7e9f1a2b"]),
    ("notes", &["notes list --account harbour"]),
    ("notes list", &["notes list --account harbour"]),
    ("notes show", &["notes show 0197c8a2-6c1e-7d40-9b1f-3c5d7e9f1a2b"]),
    ("notes add", &["notes add harbour text=\"Wants one invoice for both shops\" date=2026-10-14"]),
    ("notes set", &["notes set 0197c8a2-6c1e-7d40-9b1f-3c5d7e9f1a2b text=\"Wants one invoice for all shops\""]),
    ("notes end", &["notes end 0197c8a2-6c1e-7d40-9b1f-3c5d7e9f1a2b"]),
    ("costs", &["costs list --period 2026-10"]),
    ("costs documents", &["costs documents"]),
    ("costs list", &["costs list --period 2026-10"]),
    ("costs show", &["costs show C1-22"]),
    ("costs events", &["costs events --period 2026-10"]),
    ("costs problems", &["costs problems"]),
    ("costs unmapped", &["costs unmapped --period 2026-10"]),
    ("reconcile", &["reconcile --period 2026-10 --against sales --min 1.00"]),
    ("findings", &["findings list --period 2026-10 --state open"]),
    ("findings list", &["findings list --period 2026-10 --class billed_not_sold"]),
    ("findings show", &["findings show 8bba215b"]),
    ("findings accept", &["findings accept 8bba215b --reason \"agreed with the customer\""]),
    ("findings ignore", &["findings ignore 8bba215b --reason \"below what it costs to ask\""]),
    ("findings fix", &["findings fix 8bba215b"]),
    ("findings reopen", &["findings reopen 8bba215b"]),
    ("bill", &["bill draft --period 2026-10", "bill issue --period 2026-10 --accept all"]),
    ("bill draft", &["bill draft --period 2026-10"]),
    ("bill accept", &["bill accept G-BELOW-COST --period 2026-10 --reason \"promised for this term\""]),
    ("bill issue", &["bill issue --period 2026-10 --accept G-BELOW-COST --reason \"promised for this term\""]),
    ("bill replay", &["bill replay 01a20456-1666-7233-856b-0aba95ba35b6"]),
    ("bill runs", &["bill runs"]),
    ("bill charge", &["bill charge harbour --name \"On-site support\" --quantity 2.5 --price 90.00 --date 2026-10-14"]),
    ("invoices", &["invoices list --period 2026-10"]),
    ("invoices list", &["invoices list --period 2026-10 --account harbour"]),
    ("invoices show", &["invoices show INV-00001 --why"]),
    ("invoices pdf", &["invoices pdf --all --period 2026-10 --to papers"]),
    (
        "invoices credit",
        &[
            "invoices credit INV-00001 --lines 2,3 --reason \"Seats were removed in September\"",
            "invoices credit INV-00002 --rebill --reason \"Wrong order number\"",
        ],
    ),
    ("why", &["why INV-00001/3", "why C1-22"]),
    ("model", &["model run july.toml --horizon 36 --csv july.csv", "model compare july.toml \"2025-04 plan\""]),
    ("model list", &["model list"]),
    ("model show", &["model show \"July 2026: Microsoft 365 packaging and prices\""]),
    ("model save", &["model save july.toml"]),
    ("model drop", &["model drop \"July rise\""]),
    ("model run", &["model run july.toml --horizon 36 --csv july.csv"]),
    ("model compare", &["model compare july.toml softer.toml"]),
    ("model apply", &["model apply july.toml --from 2027-01-01 --dry-run", "model apply july.toml --from 2027-01-01"]),
    ("model letters", &["model letters july.toml --from 2027-01-01 --to letters --answer-by 2026-12-15"]),
    ("model campaigns", &["model campaigns"]),
    ("model answer", &["model answer \"July rise\" --account harbour accepted --note \"by telephone\""]),
    ("model applied", &["model applied"]),
    ("model undo", &["model undo \"July rise\""]),
    ("model why", &["model why july.toml --account harbour --month 2027-01"]),
    ("report", &["report margin --period 2026-10"]),
    ("report margin", &["report margin --period 2026-10 --by product"]),
    ("report sales", &["report sales --period 2026-10 --by reseller --csv sales.csv"]),
    ("ledger", &["ledger trial-balance"]),
    ("ledger trial-balance", &["ledger trial-balance"]),
    ("ledger export", &["ledger export --format hledger --to acme.journal"]),
    ("errors", &["errors list"]),
    ("errors list", &["errors list"]),
    ("limits", &["limits show"]),
    ("limits show", &["limits show"]),
    ("security", &["security show"]),
    ("security show", &["security show"]),
    ("completions", &["completions bash > /etc/bash_completion.d/billhook"]),
];

/// Command, and the keys it takes.
const KEYS: &[(&str, &str)] = &[
    ("accounts add", app::accounts::FIELDS),
    ("accounts set", app::accounts::FIELDS),
    ("catalogue add", app::catalogue::FIELDS),
    ("catalogue set", app::catalogue::FIELDS),
    ("catalogue price", app::list_price::FIELDS),
    ("prices add", app::prices::FIELDS),
    ("prices set", app::prices::FIELDS),
    ("prices try", app::prices::FIELDS),
    ("promotions add", app::promotions::FIELDS),
    ("promotions set", app::promotions::FIELDS),
    ("bundles add", app::bundles::FIELDS),
    ("bundles set", app::bundles::FIELDS),
    ("subscriptions add", app::subscriptions::ADD),
    ("subscriptions set", app::subscriptions::SET),
    ("tenants add", app::tenants::FIELDS),
    ("tenants set", app::tenants::FIELDS),
    ("contacts add", app::contacts::FIELDS),
    ("contacts set", app::contacts::FIELDS),
    ("notes add", app::notes::FIELDS),
    ("notes set", app::notes::FIELDS),
];

/// The grammar with its examples and keys.
pub fn command() -> clap::Command {
    dressed(Cli::command(), "")
}

fn dressed(command: clap::Command, path: &str) -> clap::Command {
    let subs: Vec<String> = command.get_subcommands().map(|s| s.get_name().to_owned()).collect();
    let command = subs.into_iter().fold(command, |command, name| {
        let below = format!("{path} {name}");
        command.mut_subcommand(name, |sub| dressed(sub, below.trim()))
    });
    match help(path) {
        Some(help) => command.after_help(help),
        None => command,
    }
}

/// What the help of a command ends with.
fn help(path: &str) -> Option<String> {
    let of = |(known, _): &&(&str, _)| *known == path;
    let keys = KEYS.iter().find(|(known, _)| *known == path).map(|(_, keys)| format!("Keys: {keys}\n\n"));
    let (_, examples) = EXAMPLES.iter().find(of)?;
    let lines: Vec<String> = examples.iter().map(|example| format!("  billhook {example}")).collect();
    Some(format!("{}Example:\n{}", keys.unwrap_or_default(), lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches;

    /// Every command has an example, every example is of a command, and can be typed as it stands.
    #[test]
    fn every_command_has_an_example_that_parses() {
        fn walk(command: &clap::Command, path: &str, seen: &mut Vec<String>) {
            seen.push(path.to_owned());
            for sub in command.get_subcommands().filter(|s| s.get_name() != "help" && !s.is_hide_set()) {
                walk(sub, format!("{path} {}", sub.get_name()).trim(), seen);
            }
        }
        let mut seen = Vec::new();
        walk(&command(), "", &mut seen);
        let known: Vec<&str> = EXAMPLES.iter().map(|(path, _)| *path).collect();
        assert_eq!(
            seen.iter().filter(|path| !known.contains(&path.as_str())).collect::<Vec<_>>(),
            Vec::<&String>::new()
        );
        for (path, examples) in EXAMPLES {
            assert!(seen.iter().any(|s| s == path), "there is no command {path}");
            for example in *examples {
                let typed = example.split(" > ").next().unwrap_or_default();
                let mut words = vec!["billhook".to_owned()];
                for (n, part) in typed.split('"').enumerate() {
                    match n % 2 {
                        0 => words.extend(part.split_whitespace().map(str::to_owned)),
                        // What stands in quotes belongs to the word before it, when that ends in an equals sign.
                        _ => match words.last_mut().filter(|w| w.ends_with('=')) {
                            Some(word) => word.push_str(part),
                            None => words.push(part.to_owned()),
                        },
                    }
                }
                let parsed = command().try_get_matches_from(&words).and_then(|m| Cli::from_arg_matches(&m));
                assert!(parsed.is_ok(), "{example}: {}", parsed.err().map(|e| e.to_string()).unwrap_or_default());
            }
        }
    }
}
