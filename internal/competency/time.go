package competency

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"github.com/zhitu/zhitu/internal/fault"
)

// Times as people and programs write them, in ASCII after width folding. The year
// always has four digits and comes first, so that every form means one day.
var (
	datePattern = `(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})\.?|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))`
	halfPattern = `上午|下午|凌晨|早上|早晨|中午|晚上|AM|PM|A\.M\.|P\.M\.`
	wholeTime   = regexp.MustCompile(`^` + datePattern +
		`(?:,? ?(?:星期|周|礼拜)([一二三四五六日天]))?` +
		`(?:(?:T|,? )?(` + halfPattern + `)? ?` +
		`(?:(\d{1,2})(?:[:时点](\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d{1,9})\d*)?秒?|分)?|[时点])|(\d{2})(\d{2})(\d{2})?)` +
		` ?(` + halfPattern + `)?` +
		` ?(Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?)?$`)
	serialNumber = regexp.MustCompile(`^[1-9]\d{4}(?:[.,]\d+)?$`)
	dayFirst     = regexp.MustCompile(`^\d{1,2}[./-]\d{1,2}[./-]\d{1,4}( |$)`)
)

// The groups of wholeTime.
const (
	groupYear    = 1
	groupDates   = 2 // five pairs of month and day, of which one is set
	groupWeekday = 12
	groupBefore  = 13
	groupHour    = 14
	groupMinute  = 15
	groupSecond  = 16
	groupBasic   = 18 // hour, minute and second without separators
	groupAfter   = 21
	groupZone    = 22
)

// maxTimeLength is longer than any form of a time, in bytes.
const maxTimeLength = 100

// ParseTime reads a time as people, spreadsheets and databases write it:
// 2024-03-05, 2024/3/5 14:30, 2024.3.5, 20240305, 2024年3月5日下午2时30分,
// 2024-03-05 14:30:00+08:00, RFC 3339. A time without a zone is of the given one, UTC
// where it is nil; a date alone is its first moment there. The result is in UTC.
//
// It is the one reader of times, for files, GraphQL and the command line. The text
// that it returns is empty, or says what is wrong and what to write instead. It costs
// O(1).
func ParseTime(text string, zone *time.Location) (time.Time, fault.Text) {
	if zone == nil {
		zone = time.UTC
	}
	if len(text) > maxTimeLength {
		return time.Time{}, notATime(text)
	}
	plain := strings.ToUpper(strings.Join(strings.Fields(width.Narrow.String(Trim(text))), " "))
	m := wholeTime.FindStringSubmatch(plain)
	if m == nil {
		return time.Time{}, notATime(text)
	}
	year, _ := strconv.Atoi(m[groupYear])
	var month, day int
	for i := groupDates; i < groupWeekday; i += 2 {
		if m[i] != "" {
			month, _ = strconv.Atoi(m[i])
			day, _ = strconv.Atoi(m[i+1])
		}
	}
	noDay := fault.T("%s is not a day of the calendar: correct it", "%s 不是日历上的日子：请更正", Quote(text))
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if date.Month() != time.Month(month) || date.Day() != day || year == 0 {
		return time.Time{}, noDay
	}
	if name := m[groupWeekday]; name != "" && !strings.Contains([]string{"日天", "一", "二", "三", "四", "五", "六"}[date.Weekday()], name) {
		return time.Time{}, fault.T("%s names another weekday than that of its date: correct one of the two", "%s 的星期与日期不符：请更正其一", Quote(text))
	}
	if m[groupHour] == "" && m[groupBasic] == "" {
		return present(firstMoment(date, zone), text)
	}
	clock, ok := timeOfDay(m)
	if !ok {
		return time.Time{}, fault.T("%s has no such time of day: give hours from 0 to 23, minutes and seconds from 0 to 59",
			"%s 中没有这样的时刻：小时为 0–23，分与秒为 0–59", Quote(text))
	}
	if m[groupZone] != "" {
		offset, ok := parseOffset(m[groupZone])
		if !ok {
			return time.Time{}, fault.T("%s has no such time zone: give one such as +08:00 or Z", "%s 中没有这样的时区：请写成 +08:00 或 Z", Quote(text))
		}
		return present(date.Add(clock-offset), text)
	}
	t, ok := firstReading(date.Add(clock), zone)
	if !ok {
		return time.Time{}, fault.T("the clocks of %[2]s never showed %[1]s: they were put forward then; give the zone, as in +08:00",
			"%[2]s 的时钟从未显示过 %[1]s（当时时钟被拨快）：请写明时区，如 +08:00", Quote(text), zone)
	}
	return present(t, text)
}

// present returns a time in UTC, and refuses the zero time, which stands for none.
func present(t time.Time, text string) (time.Time, fault.Text) {
	if t.IsZero() {
		return time.Time{}, notATime(text)
	}
	return t.UTC(), fault.Text{}
}

// timeOfDay returns the time since midnight that a match of wholeTime gives.
func timeOfDay(m []string) (time.Duration, bool) {
	at := groupHour
	if m[groupBasic] != "" {
		at = groupBasic
	}
	hour, _ := strconv.Atoi(m[at])
	minute, _ := strconv.Atoi(m[at+1]) // 0 where it is absent, as in 14时
	second, _ := strconv.Atoi(m[at+2])
	var fraction time.Duration
	if digits := m[groupSecond+1]; digits != "" && at == groupHour {
		n, _ := strconv.Atoi((digits + "000000000")[:9])
		fraction = time.Duration(n)
	}
	half := m[groupBefore]
	if m[groupAfter] != "" {
		if half != "" {
			return 0, false
		}
		half = m[groupAfter]
	}
	switch half {
	case "":
	case "上午", "凌晨", "早上", "早晨", "AM", "A.M.":
		if hour > 12 {
			return 0, false
		}
		hour %= 12
	case "中午": // from eleven to one
		if hour < 11 {
			hour += 12
		}
	default: // 下午, 晚上, PM; people also write 下午 14:30
		if hour < 12 {
			hour += 12
		}
	}
	if hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + fraction, true
}

// parseOffset reads Z, UTC, +08:00, +0800, +8 or GMT+8.
func parseOffset(s string) (time.Duration, bool) {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "UTC"), "GMT")
	if s == "" || s == "Z" {
		return 0, true
	}
	digits := strings.ReplaceAll(s[1:], ":", "")
	if len(digits) > 2 {
		digits = ("0" + digits)[len(digits)-3:]
	} else {
		digits += "00"
		digits = ("0" + digits)[len(digits)-3:]
	}
	hours, _ := strconv.Atoi(digits[:2])
	minutes, _ := strconv.Atoi(digits[2:])
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, hours <= 18 && minutes <= 59
}

// firstReading returns the first moment at which the clocks of a zone show what wall
// shows in UTC. It is false where they never do, because they were put forward.
func firstReading(wall time.Time, zone *time.Location) (time.Time, bool) {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	shows := func(t time.Time) bool {
		return t.Hour() == wall.Hour() && t.Minute() == wall.Minute() && t.Day() == wall.Day()
	}
	if start, _ := t.ZoneBounds(); !start.IsZero() { // the clocks may have shown it before they were put back
		_, offset := start.Add(-1).Zone()
		if earlier := wall.Add(-time.Duration(offset) * time.Second).In(zone); earlier.Before(start) && shows(earlier) {
			return earlier, true
		}
	}
	return t, shows(t)
}

// firstMoment returns the first moment of a day in a zone. It is not midnight where
// the clocks are put forward at midnight.
func firstMoment(date time.Time, zone *time.Location) time.Time {
	if t, ok := firstReading(date, zone); ok {
		return t
	}
	t := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, zone)
	start, end := t.ZoneBounds()
	if t.Day() != date.Day() {
		return end
	}
	return start
}

// notATime says what to write instead of a text that is no time.
func notATime(text string) fault.Text {
	plain := width.Narrow.String(Trim(Truncate(text, MaxQuoted)))
	switch {
	case serialNumber.MatchString(plain):
		return fault.T("%s is the serial number that a spreadsheet keeps for a date: format the cells as dates such as 2024-03-05, and save again",
			"%s 是电子表格内部的日期序列号：请将单元格设为日期格式（如 2024-03-05）后重新保存", Quote(text))
	case dayFirst.MatchString(plain):
		return fault.T("%s does not say which number is the day and which the month: write the year first, as in 2024-03-05",
			"%s 无法确定哪个是日、哪个是月：请先写年份，如 2024-03-05", Quote(text))
	}
	return fault.T("%s is not a time: write it as 2024-03-05, 2024/3/5 14:30, 2024年3月5日14时30分 or 2024-03-05T14:30:00+08:00",
		"%s 不是时间：请写成 2024-03-05、2024/3/5 14:30、2024年3月5日14时30分 或 2024-03-05T14:30:00+08:00 的形式", Quote(text))
}
