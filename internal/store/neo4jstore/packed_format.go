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

// Reading the 830 relationships of one person takes Neo4j some milliseconds, and
// one property of 10 kB a third of one. So each Employee carries a packed copy of
// what its relationships MASTERS say, written with them (copies.go):
//
//	a byte with the number of the format,
//	then for each state, by ascending ordinal of its point,
//	  the ordinal, less that of the state before, as an unsigned varint,
//	  the mastery, the eight bytes of the double, the lowest first,
//	  the microseconds from the time of the state before, else from 1970, as a signed varint,
//	  how many numbers its model has, as an unsigned varint, and these, the bytes of each
//	  double turned round, as unsigned varints: so a small whole number takes two or three.
//
// There is no copy of nothing. A field more is a format more.
const packedFormat = 1

// state is what one relationship MASTERS says.
type packedState struct {
	ordinal int64 // of the point, not negative
	mastery float64
	micros  int64  // microseconds since 1970
	model   []byte // as packed, because most states are only copied; nil for none
}

// assessment is what the state says.
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

// packedNumbers is how many bytes at the beginning of b are numbers, false where
// they are none.
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

// leastState is how many bytes a state takes at least.
const minStateSize = 1 + 8 + 1 + 1

// pack returns the packed form of states, which are sorted by ordinal and have none
// twice; nil for none.
func packStates(states []packedState) []byte {
	if len(states) == 0 {
		return nil
	}
	b := append(make([]byte, 0, 1+16*len(states)), packedFormat)
	var before packedState
	for _, s := range states {
		b = binary.AppendUvarint(b, uint64(s.ordinal-before.ordinal))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(s.mastery))
		b = binary.AppendVarint(b, s.micros-before.micros) // may overflow, and does so back again
		if b = append(b, s.model...); s.model == nil {
			b = append(b, 0)
		}
		before = s
	}
	return b
}

var errInvalidPackedStates = errors.New("what is packed cannot be read")

// unpack returns the states in a packed form, sorted by ordinal, none twice.
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

// packable makes a state of what the database has, unless the value of one that
// somebody has edited is none, or does not fit.
func newPackedState(ordinal, mastery, assessedAt, model any) (s packedState, ok bool) {
	number, numbered := ordinal.(int64)
	at, timed := assessedAt.(time.Time)
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
	return s, ok && numbered && number >= 0 && timed && time.UnixMicro(s.micros).Equal(truncateMicros(at))
}

// numbersText is a list of numbers as a relationship has it: a text of them, for which
// Neo4j takes half the time of an array, and which people can read. There is none of
// nothing.
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

// numbers reads what numbersText returned, or a list of numbers, as it was written before.
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
