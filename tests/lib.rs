//! Support shared by the journeys.
