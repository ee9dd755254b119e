//! Maps keyed by ids: a hash that is a few multiplications, seeded so that a crafted file cannot make keys collide.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

/// A map keyed by ids or other short values. Its order means nothing.
pub type IdMap<K, V> = HashMap<K, V, Seeded>;

/// A set of ids or other short values. Its order means nothing.
pub type IdSet<K> = HashSet<K, Seeded>;

/// A map with room for so many keys.
pub fn map_of<K: Eq + Hash, V>(room: usize) -> IdMap<K, V> {
    HashMap::with_capacity_and_hasher(room, Seeded::default())
}

/// Makes hashers that begin with the same secret number.
#[derive(Clone, Copy, Debug)]
pub struct Seeded(u64);

impl Default for Seeded {
    fn default() -> Seeded {
        Seeded(RandomState::new().hash_one(0u8))
    }
}

impl BuildHasher for Seeded {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding(self.0)
    }
}

/// A hash under way: eight bytes a step, each folded in by a 128-bit product.
#[derive(Clone, Copy, Debug)]
pub struct Folding(u64);

impl Folding {
    /// Begins with a seed.
    pub fn new(seed: u64) -> Folding {
        Folding(seed)
    }
}

impl Hasher for Folding {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (pieces, rest) = bytes.as_chunks::<8>();
        for piece in pieces {
            self.write_u64(u64::from_le_bytes(*piece));
        }
        if !rest.is_empty() {
            self.write_u64(rest.iter().fold(0, |n, &b| n << 8 | u64::from(b)));
        }
    }

    fn write_u64(&mut self, piece: u64) {
        let product = u128::from(self.0 ^ piece) * 0x9e37_79b9_7f4a_7c15_u128;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(n.into());
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(n.into());
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn write_isize(&mut self, n: isize) {
        self.write_u64(n as u64);
    }
}
