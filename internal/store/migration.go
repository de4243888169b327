package store

// OnMigrate is called before the schema of stored data is upgraded from one version to
// a later one. Its error refuses that: nothing is written, and opening the store returns
// the error. It is not called for a new store. A nil OnMigrate allows every upgrade.
type OnMigrate func(from, to int) error

// Ask calls f where there is something to upgrade.
func (f OnMigrate) Ask(from, to int) error {
	if f == nil || from == 0 || from >= to {
		return nil
	}
	return f(from, to)
}
