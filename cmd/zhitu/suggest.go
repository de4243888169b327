package main

import (
	"context"
	"errors"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
)

// suggestCodes adds to the error of a question with an unknown person or position which
// one was probably meant: those of exactly that name, else the one with the nearest code.
func (a *app) suggestCodes(ctx context.Context, s *service.Service, err error) error {
	var known *fault.Error
	if !errors.As(err, &known) || known.Code != fault.NotFound {
		return err
	}
	missing := func(err error) bool { return fault.CodeOf(err) == fault.NotFound }
	var suggested []string
	var find string
	var text fault.Text
	if _, err := s.People.Employee(ctx, a.cfg.Employee); a.cfg.Employee != "" && missing(err) {
		text = fault.T("there is no employee %s", "不存在员工 %s", competency.Quote(a.cfg.Employee))
		suggested, find = suggestEmployees(ctx, s, a.cfg.Employee), "zhitu people"
	} else {
		for _, code := range []string{a.cfg.Position, a.cfg.IncumbentsOf} {
			if _, err := s.Catalog.Position(ctx, code); code != "" && missing(err) && find == "" {
				text = fault.T("there is no position %s", "不存在岗位 %s", competency.Quote(code))
				suggested, find = suggestPositions(s, code), "zhitu positions"
			}
		}
	}
	if find == "" {
		return known
	}
	if len(suggested) == 0 {
		return fault.New(known.Code, "%s: find its code with %s", "%s：可用 %s 查找编码", text, find)
	}
	return &fault.Error{Code: known.Code, Text: competency.DidYouMean(text, suggested)}
}

func suggestEmployees(ctx context.Context, s *service.Service, word string) (suggested []string) {
	filter := &people.EmployeeFilter{Text: &word}
	var codes []string
	names := map[string]string{}
	for after := (*string)(nil); len(codes) < maxCompared; {
		list, err := s.People.Employees(ctx, page.MaxSize, after, filter, false)
		if err != nil {
			return nil
		}
		for _, e := range list.Nodes {
			if codes, names[e.Code()] = append(codes, e.Code()), e.Name(); competency.SameName(word, e.Name()) && len(suggested) < competency.MaxSuggested {
				suggested = append(suggested, competency.Named(e.Code(), e.Name()))
			}
		}
		switch {
		case len(suggested) > 0:
			return suggested
		case list.PageInfo.HasNextPage:
			after = list.PageInfo.EndCursor
		case filter != nil: // nobody of that name: go through all codes
			filter, after, codes = nil, nil, nil
		default:
			if near := competency.Nearest(word, codes); near != "" {
				suggested = []string{competency.Named(near, names[near])}
			}
			return suggested
		}
	}
	return nil
}

// maxCompared bounds how many people a suggestion is looked for among.
const maxCompared = 20_000

func suggestPositions(s *service.Service, word string) (suggested []string) {
	var codes []string
	names := map[string]string{}
	for _, p := range s.Catalog.Current().Graph().Catalog().Positions {
		codes, names[p.Code] = append(codes, p.Code), p.Name
		if (competency.SameName(word, p.Name) || competency.SameName(word, p.NameEN)) && len(suggested) < competency.MaxSuggested {
			suggested = append(suggested, competency.Named(p.Code, p.Name))
		}
	}
	if near := competency.Nearest(word, codes); len(suggested) == 0 && near != "" {
		suggested = []string{competency.Named(near, names[near])}
	}
	return suggested
}

// askAndSuggest asks a question, and explains codes that are unknown.
func (a *app) askAndSuggest(ctx context.Context, s *service.Service, ask func(context.Context) error) error {
	err := ask(catalog.BeginRequest(ctx, a.lang()))
	if err != nil {
		err = a.suggestCodes(catalog.BeginRequest(ctx, a.lang()), s, err)
	}
	return err
}
