package xapi

import (
	"maps"
	"regexp"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// The rules of the specification for the form of a statement. A rule returns what
// is wrong with a value at a place, nil for nothing. That null stands nowhere but
// in extensions follows from every rule asking for something else.
type rule func(v any, at string) *fault.Error

// fields are what an object may have; what else it has is refused, for a name that
// is spelt wrong would be lost otherwise.
type fields map[string]rule

const voided = "http://adlnet.gov/expapi/verbs/voided"

var (
	uuidForm    = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	iriForm     = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s\pC]+$`)
	mboxForm    = regexp.MustCompile(`^mailto:[^\s\pC@]+@[^\s\pC@]+$`)
	sha1Form    = regexp.MustCompile(`^[0-9a-fA-F]{40}$`)
	versionForm = regexp.MustCompile(`^[12]\.0(\.\d+)?$`)
)

var (
	uuid    = shaped(uuidForm, "a UUID", "UUID")
	iri     = shaped(iriForm, "an IRI with its scheme", "带协议的 IRI")
	mbox    = shaped(mboxForm, "an address such as mailto:wang@example.com", "如 mailto:wang@example.com 的地址")
	sha1    = shaped(sha1Form, "a SHA-1 of 40 hexadecimal digits", "40 位十六进制的 SHA-1")
	version = shaped(versionForm, "1.0.x or 2.0.x", "1.0.x 或 2.0.x")
	when    = formed(func(s string) bool { _, ok := parseTime(s); return ok }, "a time such as 2026-11-20T08:00:00Z", "如 2026-11-20T08:00:00Z 的时间")
	howLong = formed(func(s string) bool { _, ok := parseDuration(s); return ok }, "a duration such as PT1M30S", "如 PT1M30S 的时长")
	text    = formed(func(string) bool { return true }, "a text", "文本")
	number  = of[float64]("a number", "数")
	truth   = of[bool]("true or false", "true 或 false")
	form    = of[map[string]any]("an object", "对象")

	account = inOrder(only(fields{"homePage": iri, "name": text}), must("homePage", "name"))

	definition = only(fields{
		"name": languages, "description": languages, "type": iri, "moreInfo": iri, "extensions": extensions,
		"interactionType": text, "correctResponsesPattern": each(text),
		"choices": each(form), "scale": each(form), "source": each(form), "target": each(form), "steps": each(form),
	})
	activity = inOrder(only(fields{"objectType": text, "id": iri, "definition": definition}), must("id"))
	verb     = inOrder(only(fields{"id": iri, "display": languages}), must("id"))
	ref      = inOrder(only(fields{"objectType": exactly("StatementRef"), "id": uuid}), must("objectType", "id"))
	score    = inOrder(only(fields{"scaled": number, "raw": number, "min": number, "max": number}), scoreInRange)
	result   = only(fields{
		"score": score, "success": truth, "completion": truth, "response": text, "duration": howLong, "extensions": extensions,
	})
	activities = func(v any, at string) *fault.Error {
		if _, many := v.([]any); many {
			return each(activity)(v, at)
		}
		return activity(v, at) // as in the first versions, and for ever
	}
	context = only(fields{
		"registration": uuid, "instructor": actor, "team": actor, "revision": text, "platform": text, "language": text, "statement": ref,
		"contextActivities": only(fields{"parent": activities, "grouping": activities, "category": activities, "other": activities}),
		"contextAgents":     each(form), "contextGroups": each(form), "extensions": extensions,
	})
	parts = fields{
		"objectType": exactly("SubStatement"), "actor": actor, "verb": verb, "object": simpleThing, "result": result, "context": context,
		"timestamp": when, "attachments": each(form),
	}
	subStatement = inOrder(only(parts), must("actor", "verb", "object"))
	statement    = inOrder(only(fields{
		"id": uuid, "actor": actor, "verb": verb, "object": thing, "result": result, "context": context, "timestamp": when,
		"stored": when, "authority": actor, "version": version, "attachments": each(form),
	}), must("actor", "verb", "object"), voidsAStatement)
)

// thing is the object of a statement, simpleThing that of a statement within one.
func thing(v any, at string) *fault.Error {
	if o, ok := v.(map[string]any); ok && o["objectType"] == "SubStatement" {
		return subStatement(v, at)
	}
	return simpleThing(v, at)
}

func simpleThing(v any, at string) *fault.Error {
	o, ok := v.(map[string]any)
	if !ok {
		return form(v, at)
	}
	switch o["objectType"] {
	case nil, "Activity":
		return activity(v, at)
	case "Agent", "Group":
		return actor(v, at)
	case "StatementRef":
		return ref(v, at)
	}
	return oneOf(within(at, "objectType"), "Activity, Agent, Group, StatementRef, SubStatement")
}

// identifiers are what tells who somebody is: exactly one of them.
var identifiers = fields{"mbox": mbox, "mbox_sha1sum": sha1, "openid": iri, "account": account}

func actor(v any, at string) *fault.Error {
	if o, ok := v.(map[string]any); !ok || o["objectType"] != "Group" {
		return agent(v, at)
	}
	return somebody(v, at, fields{"member": each(agent)})
}

func agent(v any, at string) *fault.Error {
	if o, ok := v.(map[string]any); ok && o["objectType"] != nil && o["objectType"] != "Agent" {
		return oneOf(within(at, "objectType"), "Agent, Group")
	}
	return somebody(v, at, nil)
}

// somebody is an agent, or a group, which has more fields and may be nameless.
func somebody(v any, at string, more fields) *fault.Error {
	o, ok := v.(map[string]any)
	if !ok {
		return form(v, at)
	}
	allowed := fields{"objectType": text, "name": text}
	maps.Copy(allowed, more)
	known := 0
	for name, r := range identifiers {
		allowed[name] = r
		if _, given := o[name]; given {
			known++
		}
	}
	if wrong := only(allowed)(v, at); wrong != nil {
		return wrong
	}
	if _, nameless := o["member"]; known > 1 || known == 0 && !nameless {
		return malformed("%s has %d of mbox, mbox_sha1sum, openid and account: give exactly one", "%s 含有 mbox、mbox_sha1sum、openid、account 中的 %d 个：须恰有一个", at, known)
	}
	return nil
}

func scoreInRange(v any, at string) *fault.Error {
	o := object(v.(map[string]any))
	scaled, _ := o.number("scaled")
	raw, hasRaw := o.number("raw")
	low, hasMin := o.number("min")
	high, hasMax := o.number("max")
	switch {
	case scaled < -1 || scaled > 1:
		return malformed("%s.scaled is %v, not between -1 and 1", "%s.scaled 为 %v，不在 -1 与 1 之间", at, scaled)
	case hasMin && hasMax && low >= high:
		return malformed("%s.min is %v, not below max, %v", "%s.min 为 %v，须小于 max（%v）", at, low, high)
	case hasRaw && (hasMin && raw < low || hasMax && raw > high):
		return malformed("%s.raw is %v, not between min and max", "%s.raw 为 %v，不在 min 与 max 之间", at, raw)
	}
	return nil
}

func voidsAStatement(v any, _ string) *fault.Error {
	o := object(v.(map[string]any))
	if o.text("verb", "id") == voided && o.text("object", "objectType") != "StatementRef" {
		return malformed("object of a voiding statement must be a StatementRef", "作废语句的 object 须为 StatementRef")
	}
	return nil
}

// languages is a map from language tags to texts.
func languages(v any, at string) *fault.Error {
	return entries(v, at, func(_ string, v any, at string) *fault.Error { return text(v, at) })
}

// extensions are anything at all under IRIs.
func extensions(v any, at string) *fault.Error {
	return entries(v, at, func(name string, _ any, at string) *fault.Error { return iri(name, at) })
}

func entries(v any, at string, check func(name string, v any, at string) *fault.Error) *fault.Error {
	o, ok := v.(map[string]any)
	if !ok {
		return form(v, at)
	}
	for _, name := range slices.Sorted(maps.Keys(o)) { // so that of several the same one is told
		if wrong := check(name, o[name], within(at, competency.Short(name, competency.MaxQuoted))); wrong != nil {
			return wrong
		}
	}
	return nil
}

// only is the rule for an object with certain fields, none of which it must have.
func only(allowed fields) rule {
	return func(v any, at string) *fault.Error {
		return entries(v, at, func(name string, v any, at string) *fault.Error {
			r, ok := allowed[name]
			if !ok {
				return malformed("%s is no property of xAPI", "%s 不是 xAPI 规定的属性", at)
			}
			return r(v, at)
		})
	}
}

func must(names ...string) rule {
	return func(v any, at string) *fault.Error {
		for _, name := range names {
			if _, ok := v.(map[string]any)[name]; !ok {
				return malformed("%s is missing", "缺少 %s", within(at, name))
			}
		}
		return nil
	}
}

func inOrder(rules ...rule) rule {
	return func(v any, at string) *fault.Error {
		for _, r := range rules {
			if wrong := r(v, at); wrong != nil {
				return wrong
			}
		}
		return nil
	}
}

func each(r rule) rule {
	return func(v any, at string) *fault.Error {
		list, ok := v.([]any)
		if !ok {
			return malformed("%s is not an array", "%s 不是数组", at)
		}
		for _, inner := range list {
			if wrong := r(inner, at); wrong != nil {
				return wrong
			}
		}
		return nil
	}
}

func of[T any](en, zh string) rule {
	return func(v any, at string) *fault.Error {
		if _, ok := v.(T); !ok {
			return malformed("%s is not %s", "%s 不是%s", at, fault.T(en, zh))
		}
		return nil
	}
}

func formed(fits func(string) bool, en, zh string) rule {
	return func(v any, at string) *fault.Error {
		if s, ok := v.(string); !ok || !fits(s) {
			return malformed("%s is not %s", "%s 不是%s", at, fault.T(en, zh))
		}
		return nil
	}
}

func shaped(pattern *regexp.Regexp, en, zh string) rule { return formed(pattern.MatchString, en, zh) }

func exactly(word string) rule {
	return func(v any, at string) *fault.Error {
		if v != word {
			return oneOf(at, word)
		}
		return nil
	}
}

func oneOf(at, words string) *fault.Error {
	return malformed("%s is none of %s", "%s 不是以下任何一个：%s", at, words)
}

// within names a place in a place.
func within(at, name string) string {
	if at == whole {
		return name
	}
	return at + "." + name
}

// whole is the place of a statement itself.
const whole = "statement"
