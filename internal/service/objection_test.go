package service_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// firmOf opens a small firm: E1 of DEV reports to E2 of HQ.
func firmOf(t *testing.T) *service.Service {
	return servicetest.OpenWorld(t, servicetest.SmallCatalog)
}

func person(code, unit string, managers []string, grants ...access.Grant) *access.Viewer {
	return access.Account(access.Identity{Account: "of-" + code}, access.Person{Code: code, Units: []string{unit}, Managers: managers}, grants)
}

func TestObjectionIsSeenAndAnsweredByHR(t *testing.T) {
	svc := firmOf(t)
	self, manager := person("E1", "DEV", []string{"E2"}), person("E2", "HQ", nil)
	hr, elsewhere := person("X", "HQ", nil, access.Grant{Role: access.HR, Unit: "DEV"}), person("Y", "HQ", nil, access.Grant{Role: access.HR, Unit: "OPS"})
	trainer := person("Z", "HQ", nil, access.Grant{Role: access.Trainer, Unit: "DEV"})
	seenBy := func(v *access.Viewer) []people.Objection {
		list, err := svc.People.Objections(servicetest.As(v), false)
		require.NoError(t, err)
		e, err := svc.People.Employee(servicetest.As(v), "E1")
		if err != nil {
			require.Empty(t, list)
			return list
		}
		own, err := e.Objections(servicetest.As(v))
		if err == nil {
			require.Equal(t, list, own)
		}
		return list
	}
	made, err := svc.ObjectToState(servicetest.As(self), service.ObjectToStateInput{KnowledgePoint: "A", Reason: " 考试当天生病 "})
	require.NoError(t, err)
	require.Empty(t, made.UserErrors)
	require.Equal(t, "考试当天生病", made.Objection.Reason)
	again, err := svc.ObjectToState(servicetest.As(self), service.ObjectToStateInput{KnowledgePoint: "A", Reason: "又"})
	require.NoError(t, err)
	require.Equal(t, fault.Conflict, again.UserErrors[0].Code)
	for _, in := range []service.ObjectToStateInput{{KnowledgePoint: "D", Reason: "未评估"}, {KnowledgePoint: "A"}, {KnowledgePoint: "A", Reason: strings.Repeat("长", 2001)}} {
		p, err := svc.ObjectToState(servicetest.As(self), in)
		require.NoError(t, err)
		require.Nil(t, p.Objection)
		require.Len(t, p.UserErrors, 1)
	}
	require.Len(t, seenBy(self), 1)
	require.Len(t, seenBy(hr), 1)
	for _, v := range []*access.Viewer{manager, trainer, elsewhere} {
		require.Empty(t, seenBy(v))
	}
	answer := service.AnswerObjectionInput{Employee: "E1", ID: made.Objection.ID, Answer: "将重考"}
	for _, v := range []*access.Viewer{self, manager, trainer} {
		_, err := svc.AnswerObjection(servicetest.As(v), answer)
		require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
	}
	hidden, err := svc.AnswerObjection(servicetest.As(elsewhere), answer)
	require.NoError(t, err)
	answer.Employee = "E9"
	unknown, err := svc.AnswerObjection(servicetest.As(elsewhere), answer)
	require.NoError(t, err)
	require.Equal(t, fault.NotFound, hidden.UserErrors[0].Code)
	require.Equal(t, strings.Replace(unknown.UserErrors[0].Message, "E9", "E1", 1), hidden.UserErrors[0].Message)
	answer.Employee = "E1"
	answered, err := svc.AnswerObjection(servicetest.As(hr), answer)
	require.NoError(t, err)
	require.Equal(t, "将重考", *answered.Objection.Answer)
	require.Equal(t, "将重考", *seenBy(self)[0].Answer)
	open, err := svc.People.Objections(servicetest.As(hr), true)
	require.NoError(t, err)
	require.Empty(t, open)

	gone, err := svc.WithdrawObjection(servicetest.As(self), service.WithdrawObjectionInput{ID: made.Objection.ID})
	require.NoError(t, err)
	require.True(t, gone.Done)
	require.Empty(t, seenBy(hr))
	gone, err = svc.WithdrawObjection(servicetest.As(self), service.WithdrawObjectionInput{ID: made.Objection.ID})
	require.NoError(t, err)
	require.Equal(t, fault.NotFound, gone.UserErrors[0].Code)
}

// Whoever gets the code of a deleted employee has no objections.
func TestObjectionsGoWithTheEmployee(t *testing.T) {
	svc := firmOf(t)
	self := servicetest.As(person("E1", "DEV", []string{"E2"}))
	_, err := svc.People.Object(self, "A", "不符")
	require.NoError(t, err)
	_, err = svc.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "E1"})
	require.NoError(t, err)
	_, err = svc.UpsertEmployee(servicetest.Request(), service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E1", Name: "新人", OrgUnit: "DEV"}})
	require.NoError(t, err)
	list, err := svc.People.Objections(servicetest.Request(), false)
	require.NoError(t, err)
	require.Empty(t, list)
}
