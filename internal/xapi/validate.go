package xapi

import (
	"maps"
	"regexp"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Validator combinators for the form of a statement, as the specification defines it. A
// validator returns what is wrong with a value at a path, nil if it is valid. No
// validator accepts null, so it is allowed in extensions only.
type validator func(v any, path string) *fault.Error

// properties are those that an object may have. Others are refused, as a misspelled
// name would be lost silently.
type properties map[string]validator

const voidedVerb = "http://adlnet.gov/expapi/verbs/voided"

var (
	uuidPattern    = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	iriPattern     = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s\pC]+$`)
	mboxPattern    = regexp.MustCompile(`^mailto:[^\s\pC@]+@[^\s\pC@]+$`)
	sha1Pattern    = regexp.MustCompile(`^[0-9a-fA-F]{40}$`)
	versionPattern = regexp.MustCompile(`^[12]\.0(\.\d+)?$`)
)

var (
	uuid        = patternString(uuidPattern, "a UUID", "UUID")
	iri         = patternString(iriPattern, "an IRI with its scheme", "带协议的 IRI")
	mbox        = patternString(mboxPattern, "an address such as mailto:wang@example.com", "如 mailto:wang@example.com 的地址")
	sha1        = patternString(sha1Pattern, "a SHA-1 of 40 hexadecimal digits", "40 位十六进制的 SHA-1")
	version     = patternString(versionPattern, "1.0.x or 2.0.x", "1.0.x 或 2.0.x")
	timestamp   = formattedString(func(s string) bool { _, ok := parseTime(s); return ok }, "a time such as 2026-11-20T08:00:00Z", "如 2026-11-20T08:00:00Z 的时间")
	isoDuration = formattedString(func(s string) bool { _, ok := parseDuration(s); return ok }, "a duration such as PT1M30S", "如 PT1M30S 的时长")
	text        = formattedString(func(string) bool { return true }, "a text", "文本")
	number      = ofType[float64]("a number", "数")
	boolean     = ofType[bool]("true or false", "true 或 false")
	jsonObject  = ofType[map[string]any]("an object", "对象")

	account = allOf(objectWith(properties{"homePage": iri, "name": text}), requireProperties("homePage", "name"))

	definition = objectWith(properties{
		"name": languageMap, "description": languageMap, "type": iri, "moreInfo": iri, "extensions": extensions,
		"interactionType": text, "correctResponsesPattern": arrayOf(text),
		"choices": arrayOf(jsonObject), "scale": arrayOf(jsonObject), "source": arrayOf(jsonObject), "target": arrayOf(jsonObject), "steps": arrayOf(jsonObject),
	})
	activity     = allOf(objectWith(properties{"objectType": text, "id": iri, "definition": definition}), requireProperties("id"))
	verb         = allOf(objectWith(properties{"id": iri, "display": languageMap}), requireProperties("id"))
	statementRef = allOf(objectWith(properties{"objectType": constantString("StatementRef"), "id": uuid}), requireProperties("objectType", "id"))
	score        = allOf(objectWith(properties{"scaled": number, "raw": number, "min": number, "max": number}), scoreInRange)
	result       = objectWith(properties{
		"score": score, "success": boolean, "completion": boolean, "response": text, "duration": isoDuration, "extensions": extensions,
	})
	activities = func(v any, path string) *fault.Error {
		if _, many := v.([]any); many {
			return arrayOf(activity)(v, path)
		}
		return activity(v, path) // as versions before 1.0 allowed
	}
	context = objectWith(properties{
		"registration": uuid, "instructor": actor, "team": actor, "revision": text, "platform": text, "language": text, "statement": statementRef,
		"contextActivities": objectWith(properties{"parent": activities, "grouping": activities, "category": activities, "other": activities}),
		"contextAgents":     arrayOf(jsonObject), "contextGroups": arrayOf(jsonObject), "extensions": extensions,
	})
	subStatementProperties = properties{
		"objectType": constantString("SubStatement"), "actor": actor, "verb": verb, "object": subStatementObject, "result": result, "context": context,
		"timestamp": timestamp, "attachments": arrayOf(jsonObject),
	}
	subStatement = allOf(objectWith(subStatementProperties), requireProperties("actor", "verb", "object"))
	statement    = allOf(objectWith(properties{
		"id": uuid, "actor": actor, "verb": verb, "object": statementObject, "result": result, "context": context, "timestamp": timestamp,
		"stored": timestamp, "authority": actor, "version": version, "attachments": arrayOf(jsonObject),
	}), requireProperties("actor", "verb", "object"), voidedObjectIsRef)
)

// statementObject validates the object of a statement.
func statementObject(v any, path string) *fault.Error {
	if o, ok := v.(map[string]any); ok && o["objectType"] == "SubStatement" {
		return subStatement(v, path)
	}
	return subStatementObject(v, path)
}

// subStatementObject validates the object of a statement within a statement, which
// must not contain another one.
func subStatementObject(v any, path string) *fault.Error {
	o, ok := v.(map[string]any)
	if !ok {
		return jsonObject(v, path)
	}
	switch o["objectType"] {
	case nil, "Activity":
		return activity(v, path)
	case "Agent", "Group":
		return actor(v, path)
	case "StatementRef":
		return statementRef(v, path)
	}
	return notOneOf(joinPath(path, "objectType"), "Activity, Agent, Group, StatementRef, SubStatement")
}

// actorIdentifiers identify an actor, who must have exactly one of them.
var actorIdentifiers = properties{"mbox": mbox, "mbox_sha1sum": sha1, "openid": iri, "account": account}

func actor(v any, path string) *fault.Error {
	if o, ok := v.(map[string]any); !ok || o["objectType"] != "Group" {
		return agent(v, path)
	}
	return identifiedActor(v, path, properties{"member": arrayOf(agent)})
}

func agent(v any, path string) *fault.Error {
	if o, ok := v.(map[string]any); ok && o["objectType"] != nil && o["objectType"] != "Agent" {
		return notOneOf(joinPath(path, "objectType"), "Agent, Group")
	}
	return identifiedActor(v, path, nil)
}

// identifiedActor validates an agent, or a group, which has more properties and may
// be anonymous.
func identifiedActor(v any, path string, more properties) *fault.Error {
	o, ok := v.(map[string]any)
	if !ok {
		return jsonObject(v, path)
	}
	allowed := properties{"objectType": text, "name": text}
	maps.Copy(allowed, more)
	known := 0
	for name, r := range actorIdentifiers {
		allowed[name] = r
		if _, given := o[name]; given {
			known++
		}
	}
	if wrong := objectWith(allowed)(v, path); wrong != nil {
		return wrong
	}
	if _, nameless := o["member"]; known > 1 || known == 0 && !nameless {
		return invalidArgument("%s has %d of mbox, mbox_sha1sum, openid and account: give exactly one", "%s 含有 mbox、mbox_sha1sum、openid、account 中的 %d 个：须恰有一个", path, known)
	}
	return nil
}

func scoreInRange(v any, path string) *fault.Error {
	o := object(v.(map[string]any))
	scaled, _ := o.numberAt("scaled")
	raw, hasRaw := o.numberAt("raw")
	low, hasMin := o.numberAt("min")
	high, hasMax := o.numberAt("max")
	switch {
	case scaled < -1 || scaled > 1:
		return invalidArgument("%s.scaled is %v, not between -1 and 1", "%s.scaled 为 %v，不在 -1 与 1 之间", path, scaled)
	case hasMin && hasMax && low >= high:
		return invalidArgument("%s.min is %v, not below max, %v", "%s.min 为 %v，须小于 max（%v）", path, low, high)
	case hasRaw && (hasMin && raw < low || hasMax && raw > high):
		return invalidArgument("%s.raw is %v, not between min and max", "%s.raw 为 %v，不在 min 与 max 之间", path, raw)
	}
	return nil
}

func voidedObjectIsRef(v any, _ string) *fault.Error {
	o := object(v.(map[string]any))
	if o.stringAt("verb", "id") == voidedVerb && o.stringAt("object", "objectType") != "StatementRef" {
		return invalidArgument("object of a voiding statement must be a StatementRef", "作废语句的 object 须为 StatementRef")
	}
	return nil
}

// languageMap validates a map from language tags to texts.
func languageMap(v any, path string) *fault.Error {
	return eachProperty(v, path, func(_ string, v any, path string) *fault.Error { return text(v, path) })
}

// extensions validates a map from IRIs to any values.
func extensions(v any, path string) *fault.Error {
	return eachProperty(v, path, func(name string, _ any, path string) *fault.Error { return iri(name, path) })
}

func eachProperty(v any, path string, check func(name string, v any, path string) *fault.Error) *fault.Error {
	o, ok := v.(map[string]any)
	if !ok {
		return jsonObject(v, path)
	}
	for _, name := range slices.Sorted(maps.Keys(o)) { // so that of several problems the same one is reported
		if wrong := check(name, o[name], joinPath(path, competency.Truncate(name, competency.MaxQuoted))); wrong != nil {
			return wrong
		}
	}
	return nil
}

// objectWith validates an object that may have these properties and no others.
func objectWith(allowed properties) validator {
	return func(v any, path string) *fault.Error {
		return eachProperty(v, path, func(name string, v any, path string) *fault.Error {
			r, ok := allowed[name]
			if !ok {
				return invalidArgument("%s is no property of xAPI", "%s 不是 xAPI 规定的属性", path)
			}
			return r(v, path)
		})
	}
}

func requireProperties(names ...string) validator {
	return func(v any, path string) *fault.Error {
		for _, name := range names {
			if _, ok := v.(map[string]any)[name]; !ok {
				return invalidArgument("%s is missing", "缺少 %s", joinPath(path, name))
			}
		}
		return nil
	}
}

func allOf(rules ...validator) validator {
	return func(v any, path string) *fault.Error {
		for _, r := range rules {
			if wrong := r(v, path); wrong != nil {
				return wrong
			}
		}
		return nil
	}
}

func arrayOf(r validator) validator {
	return func(v any, path string) *fault.Error {
		list, ok := v.([]any)
		if !ok {
			return invalidArgument("%s is not an array", "%s 不是数组", path)
		}
		for _, inner := range list {
			if wrong := r(inner, path); wrong != nil {
				return wrong
			}
		}
		return nil
	}
}

func ofType[T any](en, zh string) validator {
	return func(v any, path string) *fault.Error {
		if _, ok := v.(T); !ok {
			return invalidArgument("%s is not %s", "%s 不是%s", path, fault.T(en, zh))
		}
		return nil
	}
}

func formattedString(fits func(string) bool, en, zh string) validator {
	return func(v any, path string) *fault.Error {
		if s, ok := v.(string); !ok || !fits(s) {
			return invalidArgument("%s is not %s", "%s 不是%s", path, fault.T(en, zh))
		}
		return nil
	}
}

func patternString(pattern *regexp.Regexp, en, zh string) validator {
	return formattedString(pattern.MatchString, en, zh)
}

func constantString(word string) validator {
	return func(v any, path string) *fault.Error {
		if v != word {
			return notOneOf(path, word)
		}
		return nil
	}
}

func notOneOf(path, words string) *fault.Error {
	return invalidArgument("%s is none of %s", "%s 不是以下任何一个：%s", path, words)
}

// joinPath returns the path of a property.
func joinPath(path, name string) string {
	if path == rootPath {
		return name
	}
	return path + "." + name
}

// rootPath is the path of the statement itself.
const rootPath = "statement"
