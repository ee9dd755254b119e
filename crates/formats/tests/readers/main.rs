//! What the readers of outside files promise, tried from outside with invented files.

use billhook_formats as formats;

mod containers;
mod corrections;
mod costs;
mod hostile;
mod locales;
mod own;
mod pages;
mod sheets;
mod support;
