//go:build !linux

package analysis

import "time"

var started = time.Now()

// threadTime returns the time on the clock: the syscall package of other systems does not
// tell the time of a thread.
func threadTime() time.Duration { return time.Since(started) }
