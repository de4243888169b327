package analysis

import (
	"runtime"
	"time"
)

// maxCompute is how much time of a processor one question may take for what it costs by person.
const maxCompute = 2 * time.Second

// computeBudget measures what a question has taken of maxCompute. It counts the time of a
// processor and not that on the clock, so a busy machine refuses no sooner than an idle one.
type computeBudget struct{ start time.Duration }

// newComputeBudget begins to measure. The goroutine keeps its thread until release is called,
// and is the only one that is measured.
func newComputeBudget() computeBudget {
	runtime.LockOSThread()
	return computeBudget{threadTime()}
}

func (b computeBudget) spent() bool { return threadTime()-b.start > maxCompute }

func (b computeBudget) release() { runtime.UnlockOSThread() }
