package xapi

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// parseTime parses a time of ISO 8601, in the forms that xAPI 1.0.3 allows. Without a
// zone it is in UTC.
func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00",
		"2006-01-02T15:04", time.DateOnly, "20060102T150405Z0700", "20060102T150405",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

var (
	durationPattern = regexp.MustCompile(`^P(?:([\d.,]+)Y)?(?:([\d.,]+)M)?(?:([\d.,]+)W)?(?:([\d.,]+)D)?(?:T(?:([\d.,]+)H)?(?:([\d.,]+)M)?(?:([\d.,]+)S)?)?$`)
	// Years and months vary in length; nobody measures by them.
	durationUnits = []float64{365 * 24 * 3600, 30 * 24 * 3600, 7 * 24 * 3600, 24 * 3600, 3600, 60, 1}
	endsWithUnit  = regexp.MustCompile(`\d[YMWDHS]$`)
)

// parseDuration parses a duration of ISO 8601.
func parseDuration(s string) (seconds float64, ok bool) {
	found := durationPattern.FindStringSubmatch(s)
	if found == nil || !endsWithUnit.MatchString(s) {
		return 0, false
	}
	for i, part := range found[1:] {
		if part == "" {
			continue
		}
		n, err := strconv.ParseFloat(strings.ReplaceAll(part, ",", "."), 64) // ISO 8601 prefers the comma
		if err != nil || math.IsInf(n, 0) {
			return 0, false
		}
		seconds += n * durationUnits[i]
	}
	return seconds, true
}
