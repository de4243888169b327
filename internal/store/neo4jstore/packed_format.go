package neo4jstore

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// Binary encoding of packed states. Reading the 830 relationships of one person takes
// Neo4j some milliseconds, and reading one property of 10 kB takes a third of one. So
// each Employee has a packed copy of its MASTERS relationships (packed_states.go):
//
//	one byte: the version of the format
//	for each state, by ascending ordinal of its point:
//	  unsigned varint: the ordinal, minus that of the previous state
//	  8 bytes: the mastery as a little-endian double
//	  signed varint: microseconds since the previous state's time, first since 1970
//	  unsigned varint: how many numbers the model has
//	  unsigned varint each: the numbers, doubles with their bytes reversed,
//	    so that a small whole number takes two or three bytes
//
// No states have no encoding. A new field is a new version of the format.
const packedFormat = 1

// packedState is the content of one MASTERS relationship.
type packedState struct {
	ordinal int64 // of the point; never negative
	mastery float64
	micros  int64  // assessedAt, microseconds since 1970
	model   []byte // still encoded, because most states are only copied; nil for none
}

// toAssessment decodes the state for an employee and a point.
func (s packedState) toAssessment(employee, point string) competency.Assessment {
	return competency.Assessment{
		Employee: employee, KnowledgePoint: point, Mastery: s.mastery, AssessedAt: time.UnixMicro(s.micros).UTC(), Model: unpackNumbers(s.model),
	}
}

func packNumbers(list []float64) []byte {
	if len(list) == 0 {
		return nil
	}
	b := binary.AppendUvarint(make([]byte, 0, 1+5*len(list)), uint64(len(list)))
	for _, x := range list {
		b = binary.AppendUvarint(b, bits.ReverseBytes64(math.Float64bits(x)))
	}
	return b
}

func unpackNumbers(b []byte) []float64 {
	size, n := binary.Uvarint(b)
	if size == 0 {
		return nil
	}
	list := make([]float64, size)
	for i := range list {
		b = b[n:]
		var turned uint64
		turned, n = binary.Uvarint(b)
		list[i] = math.Float64frombits(bits.ReverseBytes64(turned))
	}
	return list
}

// packedNumbersSize returns how many bytes the numbers at the beginning of b take, and
// false where b is invalid.
func packedNumbersSize(b []byte) (int, bool) {
	size, at := binary.Uvarint(b)
	if at <= 0 || size > uint64(len(b)-at) {
		return 0, false
	}
	for range size {
		_, n := binary.Uvarint(b[at:])
		if n <= 0 {
			return 0, false
		}
		at += n
	}
	return at, true
}

// minStateSize is the size in bytes of the smallest state.
const minStateSize = 1 + 8 + 1 + 1

// packStates encodes states, which are sorted by ordinal without duplicates. It returns
// nil for none.
func packStates(states []packedState) []byte {
	if len(states) == 0 {
		return nil
	}
	b := append(make([]byte, 0, 1+16*len(states)), packedFormat)
	var before packedState
	for _, s := range states {
		b = binary.AppendUvarint(b, uint64(s.ordinal-before.ordinal))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(s.mastery))
		b = binary.AppendVarint(b, s.micros-before.micros) // an overflow is undone when decoding
		if b = append(b, s.model...); s.model == nil {
			b = append(b, 0)
		}
		before = s
	}
	return b
}

var errInvalidPackedStates = errors.New("what is packed cannot be read")

// unpackStates decodes packed states: sorted by ordinal, without duplicates.
func unpackStates(b []byte) ([]packedState, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if b[0] != packedFormat || len(b) == 1 {
		return nil, errInvalidPackedStates
	}
	b = b[1:]
	states := make([]packedState, 0, len(b)/minStateSize)
	var before packedState
	for len(b) > 0 {
		step, n := binary.Uvarint(b)
		if n <= 0 || len(b) < n+8 || len(states) > 0 && step == 0 || step > math.MaxInt64-uint64(before.ordinal) {
			return nil, errInvalidPackedStates
		}
		mastery := math.Float64frombits(binary.LittleEndian.Uint64(b[n:]))
		later, m := binary.Varint(b[n+8:])
		if m <= 0 {
			return nil, errInvalidPackedStates
		}
		b = b[n+8+m:]
		size, ok := packedNumbersSize(b)
		if !ok {
			return nil, errInvalidPackedStates
		}
		before = packedState{ordinal: before.ordinal + int64(step), mastery: mastery, micros: before.micros + later}
		if b[0] != 0 {
			before.model = b[:size]
		}
		b = b[size:]
		states = append(states, before)
	}
	return states, nil
}

// newPackedState makes a state of values from the database. It reports false for values
// that an external edit made absent, of a wrong type, or too large.
func newPackedState(ordinal, mastery, assessedAt, model any) (s packedState, ok bool) {
	number, hasOrdinal := ordinal.(int64)
	at, hasTime := assessedAt.(time.Time)
	s = packedState{ordinal: number, micros: at.UnixMicro()}
	switch m := mastery.(type) {
	case float64:
		s.mastery = m
	case int64:
		s.mastery = float64(m)
	default:
		return s, false
	}
	list, ok := parseNumbers(model)
	s.model = packNumbers(list)
	return s, ok && hasOrdinal && number >= 0 && hasTime && time.UnixMicro(s.micros).Equal(truncateMicros(at))
}

// formatNumbers formats a list of numbers as the text that a relationship holds. Neo4j
// stores a text in half the time of an array, and people can read it. No numbers are
// no property.
func formatNumbers(list []float64) any {
	if len(list) == 0 {
		return nil
	}
	var text []byte
	for _, x := range list {
		text = append(strconv.AppendFloat(text, x, 'g', -1, 64), ' ')
	}
	return string(text[:len(text)-1])
}

// parseNumbers reads the result of formatNumbers, or a list as older versions wrote it.
func parseNumbers(v any) (list []float64, ok bool) {
	switch items := v.(type) {
	case nil:
		return nil, true
	case string:
		for word := range strings.FieldsSeq(items) {
			x, err := strconv.ParseFloat(word, 64)
			if err != nil {
				return nil, false
			}
			list = append(list, x)
		}
		return list, true
	case []any:
		for _, item := range items {
			x, number := item.(float64)
			if !number {
				return nil, false
			}
			list = append(list, x)
		}
		return list, true
	}
	return nil, false
}
