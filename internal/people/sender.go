package people

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// AsSender returns a context in which the account asks that sent statements, with the rights
// that it has now: it may do nothing where there is none any more. The system stands for
// whatever was sent before accounts were noted.
func (p *People) AsSender(ctx context.Context, sentBy string) (context.Context, error) {
	v := access.System()
	if sentBy != "" && sentBy != access.SystemAccount && p.senders != nil {
		sender, err := p.senders(ctx, sentBy)
		switch code := fault.CodeOf(err); {
		case err == nil:
			v = sender
		case code == fault.NotFound || code == fault.Unauthenticated:
			v = &access.Viewer{}
		default:
			return nil, err
		}
	}
	return access.WithViewer(ctx, v), nil
}

// MayRecord reports whether the viewer may record anything at all.
func (p *People) MayRecord(ctx context.Context) bool {
	return access.CheckScope(ctx, access.Record) == nil
}

// OwnLine tells which statements a viewer leaves to others: those that may be about the own
// employee or somebody above, unless the own account has sent them.
type OwnLine struct {
	account string
	texts   []string // codes and names, as fold returns them
}

// OwnLine returns the own line of the viewer, in one round trip where there is any.
func (p *People) OwnLine(ctx context.Context) (own OwnLine, err error) {
	v, err := access.FromContext(ctx)
	if err != nil {
		return own, err
	}
	own.account = v.Account
	codes := v.OwnLine()
	if len(codes) == 0 {
		return own, nil
	}
	page, err := p.store.Employees(ctx, store.EmployeeQuery{Codes: codes})
	if err != nil {
		return own, catalog.StoreFault(err)
	}
	for _, code := range codes {
		own.texts = append(own.texts, foldText(code))
	}
	for _, read := range page.Profiles {
		own.texts = append(own.texts, foldText(read.Employee.Name))
	}
	return own, nil
}

// LineOf returns the line that is one person, by the code and perhaps the name.
func LineOf(texts ...string) (own OwnLine) {
	for _, text := range texts {
		own.texts = append(own.texts, foldText(text))
	}
	return own
}

// Code returns the line by the code of its first person alone.
func (o OwnLine) Code() OwnLine { return OwnLine{o.account, o.texts[:1]} }

// Leaves reports whether a statement, whose actor has some texts, is left to others.
func (o OwnLine) Leaves(u UnmappedStatement, actor []string) bool {
	if len(o.texts) == 0 || u.SentBy != "" && u.SentBy == o.account {
		return false
	}
	for _, text := range actor {
		folded := foldText(text)
		for _, own := range o.texts {
			if containsWord(folded, own) {
				return true
			}
		}
	}
	return false
}

func foldText(text string) string {
	return strings.ToLower(competency.NormalizeCode(competency.Trim(text)))
}

// containsWord reports whether a text contains another, not within a longer word.
func containsWord(text, word string) bool {
	if word == "" {
		return false
	}
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !isWordRune(before) && !isWordRune(after) {
			return true
		}
		at = end
	}
}

// isWordRune reports whether a rune joins those beside it to a word. Chinese has no spaces
// between words, so that a name may stand anywhere in it.
func isWordRune(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Han, r)
}
