package plan

import "sync"

// scratch is the memory that making a path takes, beside the path itself.
// One path after the other uses the same.
type scratch struct {
	steps    []Step
	jobs     []job
	in, done []bool // job → whether it is in the path, whether it has its place there
	goals    []int32
	turn     []int8 // goal → when it is considered
	bundles  bundles
	window   window
	division decomposition
	filling  filling
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// release gives the memory back, without hold of anybody's path.
func (s *scratch) release() {
	s.bundles.p, s.bundles.jobs = nil, nil
	s.division.p, s.division.jobs, s.division.stop = nil, nil, nil
	scratches.Put(s)
}

// resized returns a slice of a length, all zero, in the memory of another if it is
// large enough.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}
