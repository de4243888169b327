package workbook

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// DateSystem is how the numbers of dates are counted: from 1900, with a 29th of February
// that never was, or from 1904.
type DateSystem struct{ From1904 bool }

// lastYear is the last that a spreadsheet shows.
const lastYear = 9999

// falseLeapDay is the 29th of February 1900: a day of spreadsheets, and of no calendar.
const falseLeapDay = 60

// Moment is what a date cell says, without a zone: the number of days x as a time in UTC,
// to the second. ok is false for what is no day of the calendar: less than 1, beyond the
// year 9999, and the 29th of February 1900.
func (s DateSystem) Moment(x float64) (t time.Time, ok bool) {
	if !(x >= 1 && x < 366*lastYear) {
		return time.Time{}, false
	}
	seconds := int64(math.Round(x * secondsOfDay))
	day := seconds / secondsOfDay
	if !s.From1904 && day == falseLeapDay {
		return time.Time{}, false
	}
	t = s.epoch(day).AddDate(0, 0, int(day)).Add(time.Duration(seconds%secondsOfDay) * time.Second)
	return t, t.Year() <= lastYear
}

const secondsOfDay = 24 * 60 * 60

// epoch is day 0 as the days around the given one are counted.
func (s DateSystem) epoch(day int64) time.Time {
	switch {
	case s.From1904:
		return time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case day < falseLeapDay:
		return time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
}

// isoLayouts are those of cells of type d, which the strict form has: a date, a time of
// day, or both. Fractions of a second are read too.
var isoLayouts = []string{"2006-01-02", "2006-01-02T15:04:05", "2006-01-02T15:04", "15:04:05", "15:04"}

// serial turns an ISO 8601 date into a number of days and a format that shows it.
func (s DateSystem) serial(iso string) (number, format string, ok bool) {
	iso = strings.TrimSuffix(strings.TrimSpace(iso), "Z")
	iso = strings.TrimPrefix(iso, "T")
	for i, layout := range isoLayouts {
		t, err := time.Parse(layout, iso)
		if err != nil {
			continue
		}
		midnight := t.Truncate(24 * time.Hour)
		share := float64(t.Sub(midnight)) / float64(24*time.Hour)
		if i >= 3 {
			return strconv.FormatFloat(share, 'f', -1, 64), "h:mm:ss", true
		}
		days := daysBetween(s.epoch(falseLeapDay), midnight)
		if !s.From1904 && days <= falseLeapDay {
			days = daysBetween(s.epoch(0), midnight)
		}
		if days < 1 {
			return "", "", false
		}
		return strconv.FormatFloat(float64(days)+share, 'f', -1, 64), "yyyy-mm-dd hh:mm:ss", true
	}
	return "", "", false
}

func daysBetween(from, to time.Time) int64 { return (to.Unix() - from.Unix()) / secondsOfDay }
