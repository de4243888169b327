package service

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
)

func TestThereIsAnEndToSubscriptions(t *testing.T) {
	open := make(chan int, 10)
	h := hub{most: 2, count: func(n int) { open <- n }, boxes: map[string]map[chan LearnerUpdate]bool{}}
	ctx, leave := context.WithCancel(t.Context())
	for i, employee := range []string{"E1", "E2"} {
		_, err := h.listen(ctx, employee)
		require.NoError(t, err)
		require.Equal(t, i+1, <-open)
	}
	_, err := h.listen(t.Context(), "E3")
	require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
	leave()
	require.Equal(t, 1, <-open)
	require.Equal(t, 0, <-open)
	require.Empty(t, h.boxes, "nothing remains of them")
	_, err = h.listen(t.Context(), "E3")
	require.NoError(t, err)
}
