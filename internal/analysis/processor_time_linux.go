package analysis

import (
	"syscall"
	"time"
)

// threadTime returns how long the current thread has had a processor.
func threadTime() time.Duration {
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	_ = syscall.Getrusage(thread, &u) // never fails
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
