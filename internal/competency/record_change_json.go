package competency

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// HiddenValue stands for a value that whoever reads a change may not see. It is opaque,
// and the same for the same value in one plan.
type HiddenValue string

type hiddenJSON struct {
	Hidden HiddenValue `json:"hidden"`
}

// MarshalJSON writes it so that no value of a field can be taken for it.
func (h HiddenValue) MarshalJSON() ([]byte, error) {
	type plain HiddenValue
	return json.Marshal(map[string]plain{"hidden": plain(h)})
}

// The fields whose values are no texts.
var (
	intFields   = []string{"minutes", "digit"}
	floatFields = []string{"difficulty", "level", "weight", "mastery"}
	boolFields  = []string{"critical"}
	listFields  = []string{"tags", "teaches", "targets", "modalities"}
)

// UnmarshalJSON reads the fields in their order, with values of the very types that
// Records.Changes gives them.
func (f *FieldChanges) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return fmt.Errorf("fields are an object: %w", err)
	}
	*f = nil
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		var pair [2]json.RawMessage
		if err := decoder.Decode(&pair); err != nil {
			return err
		}
		change := FieldChange{Field: name.(string)} // keys of objects are strings
		if change.Before, err = readValue(change.Field, pair[0]); err != nil {
			return err
		}
		if change.After, err = readValue(change.Field, pair[1]); err != nil {
			return err
		}
		*f = append(*f, change)
	}
	return nil
}

func readValue(field string, text json.RawMessage) (any, error) {
	switch {
	case len(text) == 0 || string(text) == "null":
		return nil, nil
	case text[0] == '{':
		return readAs(text, func(h hiddenJSON) any { return h.Hidden })
	case slices.Contains(intFields, field):
		return readAs(text, func(v int) any { return v })
	case slices.Contains(floatFields, field):
		return readAs(text, func(v float64) any { return v })
	case slices.Contains(boolFields, field):
		return readAs(text, func(v bool) any { return v })
	case slices.Contains(listFields, field):
		return readAs(text, func(v []string) any { return v })
	}
	return readAs(text, func(v string) any { return v })
}

func readAs[T any](text json.RawMessage, value func(T) any) (any, error) {
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	return value(v), nil
}
