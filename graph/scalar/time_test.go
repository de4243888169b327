package scalar

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
)

func TestTimesOfTheZoneOfTheContext(t *testing.T) {
	ctx := WithZone(context.Background(), time.FixedZone("", 8*60*60))
	at, err := UnmarshalTime(ctx, "2024年3月5日14时30分")
	require.NoError(t, err)
	require.Equal(t, time.Date(2024, 3, 5, 6, 30, 0, 0, time.UTC), at)
	at, err = UnmarshalTime(context.Background(), "2024-03-05")
	require.NoError(t, err)
	require.Equal(t, time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC), at, "UTC where there is none")
	for _, wrong := range []any{"45356", "tomorrow", 45356, nil, true} {
		_, err := UnmarshalTime(ctx, wrong)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), wrong)
	}
	var b strings.Builder
	require.NoError(t, MarshalTime(at).MarshalGQLContext(ctx, &b))
	require.NoError(t, MarshalTime(time.Time{}).MarshalGQLContext(ctx, &b))
	require.Equal(t, `"2024-03-05T00:00:00Z"null`, b.String())
}
