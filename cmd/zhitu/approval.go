package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) approveCommand() *cobra.Command {
	return accountFlags(&cobra.Command{
		Use:   "approve [ID]",
		Short: "Say the second yes where no account could, or list what waits for one",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.withService(ctx, a.cfg.Store, openOrCreate, func(s *service.Service) error {
				if len(args) == 0 {
					return a.listPending(ctx, s.Accounts)
				}
				left, err := s.Accounts.Approve(ctx, args[0])
				if err == nil && left == nil {
					err = s.ContinueErasures(ctx)
				}
				if err != nil {
					return err
				}
				var pending []account.Pending
				if left != nil {
					pending = append(pending, *left)
				}
				if a.cfg.JSON {
					return a.printJSON(map[string]any{"done": left == nil, "pending": pendingRows(pending)})
				}
				if left == nil {
					a.println("approved", "已批准")
				}
				a.printPending(pendingRows(pending))
				return nil
			})
		},
	})
}

func (a *app) refuseCommand() *cobra.Command {
	return accountFlags(&cobra.Command{
		Use:   "refuse ID",
		Short: "Drop what waits for a second yes: what the command line proposed, or what no account could decide",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.withService(ctx, a.cfg.Store, openOrCreate, func(s *service.Service) error {
				if err := s.Accounts.Refuse(ctx, args[0]); err != nil {
					return err
				}
				if a.cfg.JSON {
					return a.printJSON(map[string]any{"done": true})
				}
				a.println("refused", "已拒绝")
				return nil
			})
		},
	})
}

func (a *app) listPending(ctx context.Context, accounts *account.Accounts) error {
	list, err := accounts.PendingApprovals(ctx)
	if err != nil {
		return err
	}
	if a.cfg.JSON {
		return a.printJSON(map[string]any{"pending": pendingRows(list)})
	}
	if len(list) == 0 {
		a.println("nothing waits for a second yes", "没有待批准的事项")
	}
	a.printPending(pendingRows(list))
	return nil
}
