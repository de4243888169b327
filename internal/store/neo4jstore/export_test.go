package neo4jstore

import "context"

// Failed is what a call returns for what its driver returned.
func Failed(user, database string, err error) error {
	s := &Store{user: user, database: database}
	return s.failed(context.Background(), "test", err)
}

// Passing tells what is tried again.
var Passing = passing
