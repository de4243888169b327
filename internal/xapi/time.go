package xapi

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// What ISO 8601 requires that time.Parse does not: two digits for the hour, an offset
// that exists, and none of minus zero.
var (
	timePattern  = regexp.MustCompile(`^\d{4}-?\d\d-?\d\d(T\d\d[\d:.,]*(Z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)?)?$`)
	negativeZero = regexp.MustCompile(`T.*-00(:?00)?$`)
)

// parseTime parses a time of ISO 8601, in the forms that xAPI 1.0.3 allows. Without a
// zone it is in UTC.
func parseTime(s string) (time.Time, bool) {
	if !timePattern.MatchString(s) || negativeZero.MatchString(s) {
		return time.Time{}, false
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00",
		"2006-01-02T15:04", time.DateOnly, "20060102T150405Z0700", "20060102T150405Z07", "20060102T150405",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

var (
	// Weeks stand alone, and only the last part may have a fraction.
	weeksPattern    = regexp.MustCompile(`^P(\d+(?:[.,]\d+)?)W$`)
	durationPattern = regexp.MustCompile(`^P(?:([\d.,]+)Y)?(?:([\d.,]+)M)?(?:([\d.,]+)D)?(?:T(?:([\d.,]+)H)?(?:([\d.,]+)M)?(?:([\d.,]+)S)?)?$`)
	fractionPattern = regexp.MustCompile(`^P(?:\d+[YMDHS]|T)*(?:\d+(?:[.,]\d+)?[YMDHS])$`)
	// Years and months vary in length; nobody measures by them.
	durationUnits = []float64{365 * 24 * 3600, 30 * 24 * 3600, 24 * 3600, 3600, 60, 1}
)

// parseDuration parses a duration of ISO 8601.
func parseDuration(s string) (seconds float64, ok bool) {
	parts, units := weeksPattern.FindStringSubmatch(s), []float64{7 * 24 * 3600}
	if parts == nil && fractionPattern.MatchString(s) {
		parts, units = durationPattern.FindStringSubmatch(s), durationUnits
	}
	if parts == nil {
		return 0, false
	}
	for i, part := range parts[1:] {
		if part == "" {
			continue
		}
		n, err := strconv.ParseFloat(strings.ReplaceAll(part, ",", "."), 64) // ISO 8601 prefers the comma
		if err != nil || math.IsInf(n, 0) {
			return 0, false
		}
		seconds += n * units[i]
	}
	return seconds, true
}
