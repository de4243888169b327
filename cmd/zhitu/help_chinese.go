package main

// chineseHelp is the Chinese of the texts in the help, by the English ones; of a long text
// by its first line with the line break.
var chineseHelp = map[string]string{
	"Zhitu 知图: the gap between a person and a position, and the path that closes it": "知图 Zhitu：人员与岗位之间的差距，以及补齐差距的学习路径",

	// Commands.
	"Check catalog files, by themselves or against a store":                                                        "校验目录文件，可单独校验，也可对照存储校验",
	"Copy everything from one store to another, and compare":                                                       "将一个存储的全部内容复制到另一个存储并比对",
	"Write everything in a store to a folder of CSV files":                                                         "将存储中的全部内容导出为一个文件夹的 CSV 文件",
	"Show what is missing between a person and a position":                                                         "显示人员与岗位要求之间的差距",
	"Help about any command":                                                                                       "显示命令的帮助",
	"Write catalog files into a store, all or nothing":                                                             "将目录文件写入存储，全部成功或全部不写",
	"Show where people fail, and which prerequisites their evidence contradicts":                                   "显示人们在哪些知识点上出错，以及证据与哪些先导关系相矛盾",
	"Measure the model of mastery, and teach it how difficult items are":                                           "评估掌握度模型，并使其得知题目难度",
	"Predict each answer of a log before it is seen, and tell how well":                                            "逐条预测作答日志，并报告预测效果",
	"Learn from a log of answers how difficult items are, for --mastery-parameters":                                "由作答日志得出题目难度，供 --mastery-parameters 使用",
	"Show what to learn for a position, in which order":                                                            "显示为某岗位应学什么、按什么顺序学",
	"Find people by words in their codes and names":                                                                "按工号、姓名中的词语（或拼音）查找人员",
	"Find positions by words in their codes, names and descriptions":                                               "按编码、名称、说明中的词语（或拼音）查找岗位",
	"Find knowledge points by words in their codes, names, tags and descriptions":                                  "按编码、名称、标签、说明中的词语（或拼音）查找知识点",
	"Try out how placement finds what people know":                                                                 "试验定位测评如何找出人们已掌握的内容",
	"Place made-up people for a position of catalog files, and compare ways to ask":                                "为目录文件中的岗位模拟人员并进行定位测评，比较各种提问方式",
	"Recompute all mastery states from the evidence, such as after an update of the model or of item difficulties": "由证据重新计算全部掌握状态，例如在更新模型或题目难度之后",
	"Print the GraphQL schema, for tools that generate code":                                                       "输出 GraphQL 架构，供代码生成工具使用",
	"Serve the GraphQL API and its playground":                                                                     "提供 GraphQL API 及其调试页面",
	"Check the data in a store against the rules":                                                                  "按规则校验存储中的数据",
	"Check and export the audit: who did what, and who read whose data":                                            "校验和导出审计记录：谁做了什么、谁查看了谁的数据",
	"Check that no entry of the audit was altered, removed or added":                                               "校验审计记录是否被改动、删除或添加",
	"Print the entries of the audit, as CSV":                                                                       "以 CSV 输出审计记录",
	"print the entries as JSON, one a line":                                                                        "以 JSON 输出审计记录，每行一条",
	"only entries from this time on, such as 2026-11-01":                                                           "仅限此时间及之后的记录，如 2026-11-01",
	"only entries before this time, such as 2026-12-01":                                                            "仅限此时间之前的记录，如 2026-12-01",
	"days that entries of the audit are kept, at least 180":                                                        "审计记录的保存天数，至少 180",
	"Print the version of this program":                                                                            "显示本程序的版本",
	"Print a script that completes commands, flags and codes in bash, zsh, fish or powershell":                     "输出 bash、zsh、fish 或 powershell 的补全脚本，可补全命令、选项和编码",

	"Predict each answer of a log before it is seen, and tell how well.\n": `逐条预测作答日志，并报告预测效果。

日志以制表符、逗号或分号分隔，可用 gzip 压缩。各列为 user_id、item_id、correct（1 或 0、true 或
false，或得分比例，0.5 及以上视为答对）、skill_id（一个编号，或以 ~~ 或 ; 连接的多个编号），以及
timestamp（如有，单位不限）；其他列不予考虑。
作答按时间先后处理，时间相同的按原有顺序。模型起初对日志中的人员、题目和技能一无所知，每次先预测、后学习。`,
	"Learn from a log of answers how difficult items are, for --mastery-parameters.\n": `由作答日志得出题目难度，供 --mastery-parameters 使用。

日志格式与 zhitu mastery evaluate 相同。生成的文件说明每道题目在一般知识点上被一般人答错的比例，从 0.01
到 0.99。`,
	"Place made-up people for a position of catalog files, and compare ways to ask. Printed is the share of all points that the\n": `为目录文件中的岗位模拟人员并进行定位测评，比较各种提问方式。输出的是：在提问达到逐点提问总数的一定比例后，
各方式对岗位所依赖的全部知识点（不论是否问过）判断正确的比例。`,

	// Flags.
	"version for zhitu": "显示版本",
	"language of messages, en or zh-CN (default: of the terminal)": "消息的语言，en 或 zh-CN（默认为终端的语言）",
	"code of the employee": "员工的工号",
	"code of the position": "岗位的编码",
	"answer as of this time, such as 2026-11-20 or 2026-11-20T08:00:00Z (default: now)":                     "以此时间为准作答，如 2026-11-20 或 2026-11-20T08:00:00Z（默认为现在）",
	"zone of times that name none, such as Asia/Shanghai (default: that of the machine)":                    "未注明时区的时间所属时区，如 Asia/Shanghai（默认为本机时区）",
	"codes that count as mastered in this question":                                                         "在本次提问中视为已掌握的编码",
	"print the answer for programs":                                                                         "以 JSON 输出答案，供程序使用",
	"print the figures for programs":                                                                        "以 JSON 输出数据，供程序使用",
	"print the result for programs":                                                                         "以 JSON 输出结果，供程序使用",
	"print the version for programs":                                                                        "以 JSON 输出版本，供程序使用",
	"show the requirements that are met too":                                                                "也显示已达标的要求",
	"limit of the total minutes (negative: none)":                                                           "总分钟数的上限（负数表示不限）",
	"what to use the budget for: coverage, or critical (critical requirements first)":                       "预算的用途：coverage（覆盖率）或 critical（关键要求优先）",
	"codes to leave out, with everything that cannot be learned without them":                               "要排除的编码，没有它们便无法学习的内容一并排除",
	"preferred language of the resources, such as zh-CN":                                                    "学习资源的首选语言，如 zh-CN",
	"only people of this department and those below it":                                                     "仅限此部门及其下级部门的人员",
	"only people who hold this position":                                                                    "仅限任此岗位的人员",
	"only points in this competency":                                                                        "仅限此能力项中的知识点",
	"only points that this position requires or builds on":                                                  "仅限此岗位要求或依赖的知识点",
	"number of rows of each table":                                                                          "每个表格的行数",
	"least number of people with evidence on a prerequisite":                                                "一条先导关系上有证据的最少人数",
	"check everything and write nothing":                                                                    "全部校验，不写入任何内容",
	"encoding of files that are not UTF-8, such as gb18030, big5 or windows-1252 (default: found out)":      "非 UTF-8 文件的编码，如 gb18030、big5 或 windows-1252（默认自动判断）",
	"resolve references to what is in this store too":                                                       "也在此存储中查找所引用的内容",
	"the store to read: " + storeNameForms:                                                                  "要读取的存储：" + chineseStoreForms,
	"the store to write; what only it has stays":                                                            "要写入的存储；只存在于其中的内容保持不变",
	"where the data are: " + storeNameForms:                                                                 "数据所在的存储：" + chineseStoreForms,
	"where the data are: " + storeNameForms + ", or memory: until it stops":                                 "数据所在的存储：" + chineseStoreForms + "，或 memory:（仅在运行期间）",
	"upgrade the schema of a store that an earlier version wrote; what writes to a store does so by itself": "升级较早版本写入的存储架构；写入存储的命令会自动升级",
	"start with the sample company, in memory unless --store is given":                                      "以示例公司启动；未指定 --store 时数据在内存中",
	"address to listen on; any but loopback requires accounts or ZHITU_TOKEN":                               "监听地址；非本机地址须有账号或设置 ZHITU_TOKEN",
	"address by which people know the server, such as https://zhitu.example.com":                            "用户访问服务所用的地址，如 https://zhitu.example.com",
	"path before all others, such as /zhitu, where a proxy has more than this server":                       "所有路径的前缀，如 /zhitu，用于代理后有多个服务的情形",
	"origins of pages that may use the API with a token, such as https://portal.example.com":                "可凭令牌使用 API 的网页来源，如 https://portal.example.com",
	"origins of pages that may show the server's pages in a frame, such as https://lms.example.com":         "可在框架中嵌入本服务页面的网页来源，如 https://lms.example.com",
	"PEM file with the certificate, for https; it is read again when it changes":                            "https 所用证书的 PEM 文件；文件变化后会重新读取",
	"PEM file with the key of the certificate":                                                              "证书密钥的 PEM 文件",
	"the least level that is logged: debug, info, warn or error":                                            "日志的最低级别：debug、info、warn 或 error",
	"file of zhitu mastery fit that says how difficult items are":                                           "zhitu mastery fit 生成的题目难度文件",
	"time limit of one request, a `duration` such as 500ms or 10s":                                          "一次请求的时间上限（`duration`），如 500ms 或 10s",
	"addresses or networks of proxies in front, whose X-Forwarded-For and X-Forwarded-Proto count":          "前置代理的地址或网段，其 X-Forwarded-For 和 X-Forwarded-Proto 有效",
	"extension of xAPI statements that names knowledge points":                                              "xAPI 语句中用于说明知识点的扩展",
	"set malformed xAPI statements aside and take the others, instead of refusing the request":              "将不合规的 xAPI 语句搁置并接受其余语句，而不是拒绝整个请求",
	"CSV file that maps identifiers in xAPI statements":                                                     "映射 xAPI 语句中标识符的 CSV 文件",
	"an empty cell of a given column empties its field; nothing is deleted":                                 "所给列中的空单元格清空相应字段；不删除任何记录",
	"schemes of links to learning resources besides http and https, such as dingtalk":                       "学习资源链接除 http、https 外允许的协议，如 dingtalk",
	"how many people to make up":                                                                            "模拟的人数",
	"chance that a person who knows a point answers wrong":                                                  "已掌握者答错的概率",
	"chance that a person who does not know it answers right":                                               "未掌握者答对的概率",
	"more shares of the questions to look at, such as 0.4 or 40%":                                           "另外查看的提问比例，如 0.4 或 40%",
	"another number makes up other people":                                                                  "随机种子：换一个数字即模拟另一批人",
	"learn items, skills and weights from this log first; its people are forgotten":                         "先由此日志学习题目、技能和权重；其中的人员不保留",
	"use the model that only adds levels, without the regression on them":                                   "使用仅累加水平、不作回归的模型",
	"write the prediction of each answer to this file":                                                      "将每次作答的预测写入此文件",
}

const chineseStoreForms = "sqlite:文件，或 neo4j://主机:7687（还有 neo4j+s、neo4j+ssc、bolt、bolt+s、bolt+ssc）"
