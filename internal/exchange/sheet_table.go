package exchange

// readTableSheet adds a sheet of the records of one table.
func (r *reader) readTableSheet(s schema, sh sheet) {}
