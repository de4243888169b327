const link = document.createElement("a");
link.href = "playground";
link.textContent = "知图 Zhitu";
document.getElementById("root").append(link);
