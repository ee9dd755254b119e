//! Journeys through the built program, and the house rules.

mod bookkeepers;
mod bundles;
mod clauses;
mod hostile;
mod issue;
mod model;
mod month_end;
mod tidy;
mod vendor;
