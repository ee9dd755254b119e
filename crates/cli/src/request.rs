//! From the grammar to the command list: a name and a JSON request.

use crate::args::*;
use app::Failure;
use serde::Serialize;
use serde_json::{Value, json};

/// A scenario of a request: a file where there is one of that name, else one kept or brought along.
fn scenario(of: &str, horizon: Option<u32>, first: Option<&str>) -> Value {
    let named = if std::path::Path::new(of).is_file() { "file" } else { "name" };
    json!({named: of, "horizon": horizon, "first": first})
}

/// The name and request of a parsed command.
pub fn of(command: &Command) -> Result<(&'static str, Value), Failure> {
    Ok(match command {
        Command::Demo(ask) => ("demo", of_args(ask)?),
        Command::Verify => ("book check", json!({})),
        Command::Book(book) => match book {
            BookCommand::Create(ask) => ("book create", of_args(ask)?),
            BookCommand::Info => ("book info", json!({})),
            BookCommand::Check => ("book check", json!({})),
            BookCommand::Backup(BackupCommand::Create { dir }) => ("book backup create", json!({"dir": dir})),
            BookCommand::Backup(BackupCommand::Verify { file }) => ("book backup verify", json!({"file": file})),
            BookCommand::Backup(BackupCommand::Restore { file, to }) => {
                ("book backup restore", json!({"file": file, "to": to}))
            }
            BookCommand::Passphrase => ("book passphrase", json!({})),
            BookCommand::RecoveryKey { key_file_out } => ("book recovery-key", json!({"key_file_out": key_file_out})),
            BookCommand::Export(ask) => ("book export", of_args(ask)?),
            BookCommand::Settings => ("book settings", json!({})),
            BookCommand::Set(ask) => ("book set", of_args(ask)?),
            BookCommand::Rates => ("book rates", json!({})),
            BookCommand::Rate(ask) => ("book rate", of_args(ask)?),
        },
        Command::Import(import) => match (&import.sub, &import.template) {
            (Some(ImportCommand::Kinds), _) => ("import kinds", json!({})),
            (None, Some(kind)) => ("import template", json!({"kind": kind})),
            (None, None) if let Some(document) = import.fix => {
                ("import fix", json!({"document": document, "correct": import.ask.correct, "leave": import.leave}))
            }
            (None, None) if import.ask.files.is_empty() => {
                return Err(Failure::usage("Name at least one file to import."));
            }
            (None, None) => ("import", of_args(&import.ask)?),
        },
        Command::Mapping(mapping) => match mapping {
            MappingCommand::List => ("mapping list", json!({})),
            MappingCommand::Show(ask) => ("mapping show", of_args(ask)?),
            MappingCommand::Save { file } => ("mapping save", json!({"file": file})),
            MappingCommand::Test { name, file } => ("mapping test", json!({"name": name, "file": file})),
        },
        Command::Accounts(c) => match c {
            AccountsCommand::List(ask) => ("accounts list", of_args(ask)?),
            AccountsCommand::Show(ask) => ("accounts show", of_args(ask)?),
            AccountsCommand::Add(ask) => ("accounts add", of_fields(ask)?),
            AccountsCommand::Set(ask) => ("accounts set", of_fields(ask)?),
            AccountsCommand::End(ask) => ("accounts end", of_args(ask)?),
        },
        Command::Catalogue(c) => match c {
            CatalogueCommand::List(ask) => ("catalogue list", of_args(ask)?),
            CatalogueCommand::Show(ask) => ("catalogue show", of_args(ask)?),
            CatalogueCommand::Add(ask) => ("catalogue add", of_fields(ask)?),
            CatalogueCommand::Set(ask) => ("catalogue set", of_fields(ask)?),
            CatalogueCommand::End(ask) => ("catalogue end", of_args(ask)?),
            CatalogueCommand::Price(ask) => ("catalogue price", of_fields(ask)?),
        },
        Command::Prices(c) => match c {
            PricesCommand::List(ask) => ("prices list", of_args(ask)?),
            PricesCommand::Show(ask) => ("prices show", of_args(ask)?),
            PricesCommand::Add(ask) => ("prices add", of_fields(ask)?),
            PricesCommand::Set(ask) => ("prices set", of_fields(ask)?),
            PricesCommand::End(ask) => ("prices end", of_args(ask)?),
            PricesCommand::Lists => ("prices lists", json!({})),
            PricesCommand::History { product } => ("prices history", json!({"product": product})),
            PricesCommand::Diff(ask) => ("prices diff", of_args(ask)?),
            PricesCommand::Adopt { id } => ("prices adopt", json!({"id": id})),
            PricesCommand::Drop { id } => ("prices drop", json!({"id": id})),
            PricesCommand::Take => ("prices take", json!({})),
            PricesCommand::Try(ask) => ("prices try", of_fields(ask)?),
            PricesCommand::Why { id, on } => ("prices why", json!({"id": id, "on": on})),
        },
        Command::Promotions(c) => match c {
            PromotionsCommand::List(ask) => ("promotions list", of_args(ask)?),
            PromotionsCommand::Show(ask) => ("promotions show", of_args(ask)?),
            PromotionsCommand::Add(ask) => ("promotions add", of_fields(ask)?),
            PromotionsCommand::Set(ask) => ("promotions set", of_fields(ask)?),
            PromotionsCommand::End(ask) => ("promotions end", of_args(ask)?),
            PromotionsCommand::Take { period } => ("promotions take", json!({"period": period})),
        },
        Command::Bundles(c) => match c {
            BundlesCommand::List(ask) => ("bundles list", of_args(ask)?),
            BundlesCommand::Show(ask) => ("bundles show", of_args(ask)?),
            BundlesCommand::Add(ask) => ("bundles add", of_fields(ask)?),
            BundlesCommand::Set(ask) => ("bundles set", of_fields(ask)?),
            BundlesCommand::End(ask) => ("bundles end", of_args(ask)?),
            BundlesCommand::Margin(ask) => ("bundles margin", of_args(ask)?),
            BundlesCommand::Swap { id, old, new, from } => {
                ("bundles swap", json!({"id": id, "old": old, "new": new, "from": from}))
            }
            BundlesCommand::Preview(ask) => ("bundles preview", of_args(ask)?),
        },
        Command::Tenants(c) => match c {
            TenantsCommand::List(ask) => ("tenants list", of_args(ask)?),
            TenantsCommand::Show(ask) => ("tenants show", of_args(ask)?),
            TenantsCommand::Add(ask) => ("tenants add", of_fields(ask)?),
            TenantsCommand::Set(ask) => ("tenants set", of_fields(ask)?),
            TenantsCommand::End(ask) => ("tenants end", of_args(ask)?),
        },
        Command::Contacts(c) => match c {
            BesideCommand::List(ask) => ("contacts list", of_args(ask)?),
            BesideCommand::Show(ask) => ("contacts show", of_args(ask)?),
            BesideCommand::Add(ask) => ("contacts add", of_fields(ask)?),
            BesideCommand::Set(ask) => ("contacts set", of_fields(ask)?),
            BesideCommand::End(ask) => ("contacts end", of_args(ask)?),
        },
        Command::Notes(c) => match c {
            BesideCommand::List(ask) => ("notes list", of_args(ask)?),
            BesideCommand::Show(ask) => ("notes show", of_args(ask)?),
            BesideCommand::Add(ask) => ("notes add", of_fields(ask)?),
            BesideCommand::Set(ask) => ("notes set", of_fields(ask)?),
            BesideCommand::End(ask) => ("notes end", of_args(ask)?),
        },
        Command::Subscriptions(c) => match c {
            SubscriptionsCommand::List(ask) => ("subscriptions list", of_args(ask)?),
            SubscriptionsCommand::Show { id, on } => ("subscriptions show", json!({"id": id, "on": on})),
            SubscriptionsCommand::Add(ask) => ("subscriptions add", of_fields(ask)?),
            SubscriptionsCommand::Set(ask) => ("subscriptions set", of_fields(ask)?),
            SubscriptionsCommand::End { id, on, credit_one_offs } => {
                ("subscriptions end", json!({"id": id, "on": on, "credit_one_offs": credit_one_offs}))
            }
            SubscriptionsCommand::Cycles { id, until } => ("subscriptions cycles", json!({"id": id, "until": until})),
        },
        Command::Costs(c) => match c {
            CostsCommand::Documents => ("costs documents", json!({})),
            CostsCommand::List(ask) => ("costs list", of_args(ask)?),
            CostsCommand::Show(ask) => ("costs show", of_args(ask)?),
            CostsCommand::Events(ask) => ("costs events", of_args(ask)?),
            CostsCommand::Problems => ("costs problems", json!({})),
            CostsCommand::Unmapped(ask) => ("costs unmapped", of_args(ask)?),
        },
        Command::Reconcile(ask) => ("reconcile", of_args(ask)?),
        Command::Findings(c) => match c {
            FindingsCommand::List(ask) => ("findings list", of_args(ask)?),
            FindingsCommand::Show(ask) => ("findings show", of_args(ask)?),
            FindingsCommand::Accept(ask) => ("findings accept", of_args(ask)?),
            FindingsCommand::Ignore(ask) => ("findings ignore", of_args(ask)?),
            FindingsCommand::Fix(ask) => ("findings fix", of_args(ask)?),
            FindingsCommand::Reopen(ask) => ("findings reopen", of_args(ask)?),
        },
        Command::Bill(c) => match c {
            BillCommand::Draft(ask) => ("bill draft", of_args(ask)?),
            BillCommand::Accept(ask) => ("bill accept", of_args(ask)?),
            BillCommand::Issue(ask) => ("bill issue", of_args(ask)?),
            BillCommand::Replay { run } => ("bill replay", json!({"run": run})),
            BillCommand::Runs => ("bill runs", json!({})),
            BillCommand::Charge(ask) => ("bill charge", of_args(ask)?),
        },
        Command::Invoices(c) => match c {
            InvoicesCommand::List(ask) => ("invoices list", of_args(ask)?),
            InvoicesCommand::Show { id, why } => ("invoices show", json!({"id": id, "why": why})),
            InvoicesCommand::Pdf(ask) => ("invoices pdf", of_args(ask)?),
            InvoicesCommand::Credit { id, lines, reason, rebill } => {
                ("invoices credit", json!({"id": id, "lines": lines, "reason": reason, "rebill": rebill}))
            }
        },
        Command::Why(ask) => ("why", of_args(ask)?),
        Command::Model(c) => match c {
            ModelCommand::List => ("model list", json!({})),
            ModelCommand::Show(ask) => ("model show", of_args(ask)?),
            ModelCommand::Save { file } => ("model save", json!({"file": file})),
            ModelCommand::Drop(ask) => ("model drop", of_args(ask)?),
            ModelCommand::Run(ask) => {
                let mut request = scenario(&ask.scenario, ask.horizon, ask.first.as_deref());
                request["csv"] = json!(ask.csv);
                request["most"] = json!(ask.most);
                request["without"] = json!(ask.without);
                ("model run", request)
            }
            ModelCommand::Compare { scenarios, horizon, first } => {
                let all: Vec<Value> = scenarios.iter().map(|s| scenario(s, *horizon, first.as_deref())).collect();
                ("model compare", json!({"scenarios": all}))
            }
            ModelCommand::Apply { scenario: of, from, horizon, first, accepted } => {
                let mut request = scenario(of, *horizon, first.as_deref());
                request["from"] = json!(from);
                request["accepted"] = json!(accepted);
                ("model apply", request)
            }
            ModelCommand::Letters(ask) => {
                let mut request = scenario(&ask.scenario, None, ask.first.as_deref());
                request["from"] = json!(ask.from);
                request["to"] = json!(ask.to);
                request["account"] = json!(ask.account);
                request["answer_by"] = json!(ask.answer_by);
                request["words"] = json!(ask.words);
                ("model letters", request)
            }
            ModelCommand::Campaigns => ("model campaigns", json!({})),
            ModelCommand::Answer { id, account, answer, on, note } => {
                ("model answer", json!({"id": id, "account": account, "answer": answer, "on": on, "note": note}))
            }
            ModelCommand::Applied => ("model applied", json!({})),
            ModelCommand::Undo(ask) => ("model undo", of_args(ask)?),
            ModelCommand::Why { scenario: of, account, month, first } => {
                let mut request = scenario(of, None, first.as_deref());
                request["account"] = json!(account);
                request["month"] = json!(month);
                ("model why", request)
            }
        },
        Command::Report(ReportCommand::Margin(ask)) => ("report margin", of_args(ask)?),
        Command::Report(ReportCommand::Sales(ask)) => ("report sales", of_args(ask)?),
        Command::Ledger(LedgerCommand::TrialBalance) => ("ledger trial-balance", json!({})),
        Command::Ledger(LedgerCommand::Export { format, to }) => ("ledger export", json!({"format": format, "to": to})),
        Command::Errors(ErrorsCommand::List) => ("errors list", json!({})),
        Command::Limits(LimitsCommand::Show) => ("limits show", json!({})),
        Command::Security(SecurityCommand::Show) => ("security show", json!({})),
        Command::Completions { .. } | Command::Man { .. } => {
            return Err(Failure::usage("This command is answered by the shell itself."));
        }
    })
}

fn of_args(ask: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(ask).map_err(|error| Failure::usage(format!("An argument is not valid text: {error}.")))
}

/// `KEY=VALUE` pairs become the request's `fields`; dashes in keys are underscores there.
fn of_fields(ask: &FieldsArg) -> Result<Value, Failure> {
    let mut fields = serde_json::Map::new();
    for pair in &ask.pairs {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| Failure::usage(format!("\"{pair}\" is not of the form KEY=VALUE.")))?;
        fields.insert(key.trim().replace('-', "_"), Value::from(value.trim()));
    }
    Ok(json!({"id": ask.id, "fields": fields}))
}
