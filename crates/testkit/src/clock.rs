//! CPU time, for benches on machines that have other things to do. Tests are never decided by a clock.

use std::time::Duration;

/// CPU time that all threads of this process have used.
pub fn process_cpu_time() -> Duration {
    read(libc::CLOCK_PROCESS_CPUTIME_ID)
}

/// CPU time that this thread has used.
pub fn thread_cpu_time() -> Duration {
    read(libc::CLOCK_THREAD_CPUTIME_ID)
}

fn read(clock: libc::clockid_t) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes one `timespec`.
    let status = unsafe { libc::clock_gettime(clock, &mut time) };
    assert_eq!(status, 0, "every system that Taipan runs on has CPU clocks");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
