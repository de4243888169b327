package competency

import "slices"

// Apply returns the catalog with a resolved change set applied, of which it reads
// the part that edits the catalog. The catalog itself is left as it is. Beside
// copying the lists that change, it costs O(changes × log catalog).
func (c Catalog) Apply(cs ChangeSet) Catalog {
	for _, t := range recordTypes {
		t.apply(&c, &cs)
	}
	return c
}

func (t recordType[T]) apply(c *Catalog, cs *ChangeSet) {
	list := t.list(c)
	*list = merge(*list, *t.list(&cs.Put.Catalog), *t.list(&cs.Delete.Catalog), t.compare)
}

// merge returns base without del and with put in place of what has its key; all
// three are sorted. Runs of base between two changes are copied at once.
func merge[T any](base, put, del []T, compare func(a, b T) int) []T {
	if len(put) == 0 && len(del) == 0 {
		return orNil(base)
	}
	out := make([]T, 0, len(base)+len(put))
	for len(put) > 0 || len(del) > 0 {
		var changed []T // the record that takes the place of what has the key, if any
		var key T
		if len(del) == 0 || len(put) > 0 && compare(put[0], del[0]) <= 0 {
			key, changed, put = put[0], put[:1], put[1:]
		} else {
			key, del = del[0], del[1:]
		}
		i, found := gallop(base, key, compare)
		out = append(append(out, base[:i]...), changed...)
		if base = base[i:]; found {
			base = base[1:]
		}
		for len(del) > 0 && compare(del[0], key) == 0 {
			del = del[1:]
		}
	}
	return orNil(append(out, base...))
}

// gallop is slices.BinarySearchFunc for a key that is probably near the front
// (exponential search): it costs the logarithm of the place that it returns.
func gallop[T any](sorted []T, key T, compare func(a, b T) int) (int, bool) {
	from, to := 0, 1
	for to < len(sorted) && compare(sorted[to], key) < 0 {
		from, to = to, 2*to
	}
	i, found := slices.BinarySearchFunc(sorted[from:min(to+1, len(sorted))], key, compare)
	return from + i, found
}

func orNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}
