//! Support shared by the journeys: an invented month of any size, and the built program.

pub mod month;
pub mod program;
