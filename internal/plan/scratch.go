package plan

import "sync"

// scratch is the pooled working memory of making a path, and of what a pending set opens.
type scratch struct {
	steps    []Step
	jobs     []job
	in, done []bool // job → whether it is in the path, whether it has its place in the order
	goals    []int32
	priority []int8 // goal → when it is considered, lowest first
	closures closures
	window   window
	sidney   sidneyDecomposition
	fill     budgetFill
	openings openingSums
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// release returns the memory to the pool, without references to a path.
func (s *scratch) release() {
	s.closures.p, s.closures.jobs = nil, nil
	s.sidney.p, s.sidney.jobs, s.sidney.stop = nil, nil, nil
	scratches.Put(s)
}

// resized returns a zeroed slice of a length, in the memory of another if it is
// large enough.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}
