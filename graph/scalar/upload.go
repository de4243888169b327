package scalar

import (
	"io"

	"github.com/99designs/gqlgen/graphql"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/importing"
)

// MarshalUpload writes null: an upload is never answered.
func MarshalUpload(*importing.Upload) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, "null") })
}

// UnmarshalUpload takes a file that the transport has put into the variables.
func UnmarshalUpload(v any) (*importing.Upload, error) {
	if u, ok := v.(*importing.Upload); ok {
		return u, nil
	}
	return nil, fault.New(fault.InvalidArgument,
		"an Upload is a file of a multipart request: send multipart/form-data with operations, map and files", "Upload 须为 multipart 请求中的文件：请发送含 operations、map 和文件的 multipart/form-data")
}
