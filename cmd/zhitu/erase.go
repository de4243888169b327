package main

import (
	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) eraseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "erase EMPLOYEE",
		Short: "Erase a person: record, states, evidence, account and statements that are set aside",
		Long: "Erase a person: record, states, evidence, account and statements that are set aside. It cannot be undone. Where an account could say\n" +
			"the second yes, the erasure waits for it. One that was broken off goes on first.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !a.cfg.Yes {
				return usageError{fault.New(fault.InvalidArgument, "nothing was erased: to erase all that is known of %s, which cannot be undone, add --yes",
					"未删除任何内容：将删除 %s 的全部数据且无法恢复，确认请加 --yes", competency.Quote(args[0]))}
			}
			return a.withService(cmd.Context(), a.cfg.Store, openOrCreate, func(s *service.Service) error {
				if err := s.ContinueErasures(cmd.Context()); err != nil {
					return err
				}
				waiting, err := s.Accounts.ProposeErasure(cmd.Context(), args[0])
				if err == nil && waiting == nil {
					err = s.ContinueErasures(cmd.Context())
				}
				if err != nil {
					return err
				}
				return a.printErased(args[0], waiting)
			})
		},
	}
	cmd.Flags().Bool("yes", false, "erase without a further question")
	return accountFlags(cmd)
}

// printErased says that a person is erased, or what the erasure waits for.
func (a *app) printErased(employee string, waiting *account.Pending) error {
	var pending []account.Pending
	if waiting != nil {
		pending = append(pending, *waiting)
	}
	if a.cfg.JSON {
		return a.printJSON(map[string]any{"done": waiting == nil, "pending": pendingRows(pending)})
	}
	if waiting == nil {
		a.println("erased %s", "已删除 %s 的全部数据", competency.Quote(employee))
	}
	a.printPending(pendingRows(pending))
	return nil
}
