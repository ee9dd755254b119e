//! Whom one talks to at an account, and what was noted about it. Nothing of it is billed by.

use crate::{Date, Id};

/// Somebody at an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Own id.
    pub id: Id,
    /// The account.
    pub account: Id,
    /// Name; never empty.
    pub name: String,
    /// What the person does there; empty where it is not known.
    pub role: String,
    /// Mail address; empty for none.
    pub mail: String,
    /// Telephone number as it was given; empty for none.
    pub phone: String,
    /// Whether invoices go to this person: at most one of an account's contacts.
    pub gets_invoices: bool,
}

/// Something noted about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Own id.
    pub id: Id,
    /// The account.
    pub account: Id,
    /// The day it is of.
    pub date: Date,
    /// What was noted; never empty.
    pub text: String,
}
