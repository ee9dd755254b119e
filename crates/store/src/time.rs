//! The store's own use of the clock: when a lock was taken, when a backup was made. Never a business date.

use std::time::{SystemTime, UNIX_EPOCH};

/// This moment as `2026-11-22T11:40:00Z`.
pub(crate) fn now_utc() -> String {
    let seconds = seconds();
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let date = engine::date::add_days(engine::Date::default(), i64::try_from(days).unwrap_or(0));
    format!("{date}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// This moment in seconds of the Unix epoch.
pub(crate) fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

#[cfg(test)]
mod tests {
    #[test]
    fn moments_look_like_moments() {
        let now = super::now_utc();
        assert!(now.len() == 20 && now.starts_with("20") && now.ends_with('Z'), "{now}");
    }
}
