package page

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
)

// A cursor is opaque: a key in base64, so that clients do not build their own.
const cursorPrefix = "after:"

func encodeCursor(key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorPrefix + key))
}

func decodeCursor(cursor string) (string, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	key, ok := strings.CutPrefix(string(raw), cursorPrefix)
	return key, ok && err == nil
}

// BadCursor is the error of a cursor that is none of this API.
func BadCursor() error {
	return fault.New(fault.InvalidArgument, "after is not a cursor of this API: take endCursor of the page before", "after 不是本接口的游标：请使用上一页的 endCursor")
}

// TimeKey is the key of an item in a list by time and id.
func TimeKey(at time.Time, id string) string { return strconv.FormatInt(at.UnixMicro(), 10) + " " + id }

// AfterTime reads the cursor of a list by time and id; false where the request asks
// for the first page.
func (r Request) AfterTime() (at time.Time, id string, ok bool, err error) {
	if r.After == "" {
		return at, "", false, nil
	}
	text, id, found := strings.Cut(r.After, " ")
	micros, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !found {
		return at, "", false, BadCursor()
	}
	return time.UnixMicro(micros).UTC(), id, true, nil
}

// GlobalID returns the opaque id that Relay wants of an entity: its type and code.
func GlobalID(typeName, code string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(typeName + ":" + code))
}

// ParseGlobalID reads what GlobalID returns.
func ParseGlobalID(id string) (typeName, code string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	typeName, code, ok = strings.Cut(string(raw), ":")
	return typeName, code, ok && err == nil
}
