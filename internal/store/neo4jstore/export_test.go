package neo4jstore

import "context"

// WrapError returns what a call returns for an error of the driver.
func WrapError(user, database string, err error) error {
	s := &Store{user: user, database: database}
	return s.wrapError(context.Background(), "test", err)
}

// IsTransient reports whether a retry may help.
var IsTransient = isTransient
