// Package optional converts between pointers, as GraphQL has fields that may be
// null, and plain values, whose zero value means the same.
package optional

// Of returns a pointer to a value, nil for the zero value.
func Of[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// Value returns what a pointer points to, the zero value for nil.
func Value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
