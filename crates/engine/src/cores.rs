//! Work on all cores.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError, mpsc};

/// How many threads work at a time.
pub fn count() -> usize {
    // Asked once: the system answers from several files.
    static COUNT: OnceLock<usize> = OnceLock::new();
    *COUNT.get_or_init(|| std::thread::available_parallelism().map_or(1, |n| n.get()).min(8))
}

/// Works on items on all cores, and hands the results to the calling thread in the order of the items, each as soon as it
/// and those before it are there. The first error of `take` ends the work. A panic on a core is one here.
pub fn each<P: Send, R: Send, E>(
    items: Vec<P>,
    work: impl Fn(P) -> R + Sync,
    take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let cores = count().min(items.len());
    drawn(cores, items.into_iter(), work, take)
}

/// The same for items that are drawn one at a time, by whichever of so many threads has nothing to do; a few results may wait
/// for the one before them. What one thread would do is done by the calling one.
pub fn drawn<P, R: Send, E>(
    threads: usize,
    items: impl Iterator<Item = P> + Send,
    work: impl Fn(P) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    if threads < 2 {
        return items.map(work).try_for_each(take);
    }
    let left = Mutex::new(items.enumerate());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        let (done, results) = mpsc::sync_channel(threads * WAITING);
        for _ in 0..threads {
            let (done, next, work) = (done.clone(), &next, &work);
            scope.spawn(move || {
                while let Some((n, item)) = next() {
                    // The taking end is gone after its first error.
                    if done.send((n, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done);
        let (mut early, mut turn) = (BTreeMap::new(), 0);
        for (n, result) in results {
            early.insert(n, result);
            while let Some(result) = early.remove(&turn) {
                take(result)?;
                turn += 1;
            }
        }
        Ok(())
    })
}

/// Results of each thread that may wait to be taken.
const WAITING: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let mut squares = Vec::new();
        let take = |square| {
            squares.push(square);
            Ok::<_, ()>(())
        };
        let all = each((0..1000u64).collect(), |n| n * n, take);
        assert_eq!((all, squares), (Ok(()), (0..1000).map(|n| n * n).collect()));
    }

    #[test]
    fn the_first_error_ends_the_work() {
        let mut taken = 0;
        let ended = each(
            (0..1000).collect(),
            |n| n,
            |n| {
                taken += 1;
                if n == 10 { Err("enough") } else { Ok(()) }
            },
        );
        assert_eq!((ended, taken), (Err("enough"), 11));
    }
}
