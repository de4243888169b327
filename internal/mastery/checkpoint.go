package mastery

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// Checkpoint is what evidence of one person gave that was dropped since, by point. Folding
// goes on from there, so that states stay the same (log truncation).
type Checkpoint map[string]PointCheckpoint

// PointCheckpoint is what dropped evidence gave on one point. It has two tracks, because a
// mastery that was entered may be taken away: then all evidence counts.
type PointCheckpoint struct {
	Alone   Track // after all dropped evidence, as if nothing had been entered
	Entered Track // after what came later than the mastery that it names; no results where nothing did
}

// Restart returns the track of a point after the dropped evidence and before any other. It
// starts from a mastery that was entered, not assessed where none was.
func (c Checkpoint) Restart(point string, entered State) Track {
	of := c[point]
	switch {
	case !entered.Assessed():
		return of.Alone
	case of.Entered.Results > 0 && of.Entered.Entered.Mastery == entered.Mastery && of.Entered.Entered.AssessedAt.Equal(entered.AssessedAt):
		return of.Entered
	}
	return SetAssessed(entered)
}

// Drop adds evidence about a point that is dropped, in the order of time, by the model of
// now. Entered is the mastery that was entered there.
func (p Parameters) Drop(c Checkpoint, point string, entered State, evidence []competency.Evidence) {
	of := PointCheckpoint{Alone: p.ApplyAll(c.Restart(point, State{}), evidence)}
	if after := p.ApplyAll(c.Restart(point, entered), evidence); entered.Assessed() && after.Results > 0 {
		of.Entered = after
	}
	c[point] = of
}

// encodedCheckpoint is a PointCheckpoint as numbers: mastery, microseconds since 1970, and
// then what Track.Encode gives. What has no results is absent.
type encodedCheckpoint struct {
	Alone   []float64 `json:"alone,omitempty"`
	Entered []float64 `json:"entered,omitempty"`
}

// Encode returns the checkpoint as JSON, empty where it has no results. The same
// checkpoint gives the same bytes.
func (c Checkpoint) Encode() string {
	points := make(map[string]encodedCheckpoint, len(c))
	for point, of := range c {
		if of.Alone.Results > 0 {
			points[point] = encodedCheckpoint{encodeStored(of.Alone), encodeStored(of.Entered)}
		}
	}
	if len(points) == 0 {
		return ""
	}
	text, err := json.Marshal(points)
	if err != nil {
		panic(err) // numbers of a track are finite
	}
	return string(text)
}

// DecodeCheckpoint reads what Encode returned.
func DecodeCheckpoint(text string) (Checkpoint, error) {
	c := Checkpoint{}
	if text == "" {
		return c, nil
	}
	var points map[string]encodedCheckpoint
	if err := json.Unmarshal([]byte(text), &points); err != nil {
		return nil, fmt.Errorf("mastery: checkpoint: %w", err)
	}
	for point, of := range points {
		alone, ok := decodeStored(of.Alone)
		entered, too := decodeStored(of.Entered)
		if !ok || !too || alone.Results == 0 {
			return nil, fmt.Errorf("mastery: checkpoint of %s: these are not the numbers of a track", competency.Quote(point))
		}
		c[point] = PointCheckpoint{alone, entered}
	}
	return c, nil
}

func encodeStored(t Track) []float64 {
	if t.Results == 0 {
		return nil
	}
	return slices.Concat([]float64{t.Mastery, float64(t.AssessedAt.UnixMicro())}, t.Encode())
}

func decodeStored(n []float64) (t Track, ok bool) {
	if len(n) == 0 {
		return t, true
	}
	if len(n) < 2 {
		return t, false
	}
	t = DecodeTrack(State{Mastery: n[0], AssessedAt: time.UnixMicro(int64(n[1])).UTC()}, n[2:])
	return t, t.Results > 0
}
