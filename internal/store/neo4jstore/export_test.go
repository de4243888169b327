package neo4jstore

import "context"

// Failed is what a call returns for what its driver returned.
func WrapError(user, database string, err error) error {
	s := &Store{user: user, database: database}
	return s.wrapError(context.Background(), "test", err)
}

// Passing tells what is tried again.
var IsTransient = isTransient
