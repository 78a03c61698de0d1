"""What every key of the configuration is called in Chinese: for the settings page and whoever reads it there."""

from __future__ import annotations

from functools import cache

_WORDS = """
service 服务
service.data 数据文件夹
service.secret 记录编号与登录的密钥
service.store 数据库
service.store.engine 数据库种类
service.store.path SQLite 文件
service.store.url Elasticsearch 地址
service.store.prefix 索引名开头
service.store.user 数据库用户
service.store.password 数据库密码
service.store.api_key 数据库 API 密钥
service.store.ca_file 数据库证书文件
service.store.timeout_s 数据库超时（秒）
service.spool 暂存
service.spool.path 暂存文件
service.spool.max_mb 暂存上限（MB）
service.crawl 采集
service.crawl.contact 采集联系方式
service.crawl.concurrency 同时采集页数
service.crawl.per_site 每个网站同时几页
service.crawl.delay_s 同一网站两次请求间隔（秒）
service.crawl.timeout_s 页面超时（秒）
service.crawl.max_bytes 页面大小上限（字节）
service.crawl.max_pages 一次最多几页
service.crawl.run_limit_s 一次最长时间（秒）
service.http 网页服务
service.http.host 监听地址
service.http.port 监听端口
service.http.threads 线程数
service.http.public_url 对外网址
service.http.session_hours 登录有效时间（小时）
service.http.secure_cookie 只用 HTTPS 传登录标记
service.retention 保留
service.retention.post_days 帖文文字保留天数
service.analysis 分析
service.analysis.sentiment 情感引擎
service.analysis.late_days 最多收多少天前的内容
service.smtp 邮件服务器
service.smtp.host 服务器
service.smtp.port 端口
service.smtp.security 加密方式
service.smtp.user 用户
service.smtp.password 密码
service.smtp.sender 发件人
service.smtp.ca_file 证书文件
service.smtp.timeout_s 超时（秒）
service.schedule 定时任务
service.schedule.tick_s 规则计算间隔（秒）
service.schedule.brief_at 专报签发时刻
service.schedule.prune_at 清理时刻
district 本区
district.name 名称
district.city 所属市
district.province 所属省
district.adcode 行政区划代码
district.aliases 别名
district.places 街道、镇
district.places.name 名称
district.places.kind 种类
district.places.aliases 别名
district.places.landmarks 地标
district.siblings 同市其他区县
district.not_this 含区名而不是本区的词
sources 信源
sources.source 信源
sources.source.id 编号
sources.source.name 名称
sources.source.kind 种类
sources.source.adapter 读取方式
sources.source.url 网址
sources.source.outlet 媒体
sources.source.city 所在城市
sources.source.trusted 全部内容与本区有关
sources.source.local 内部网站
sources.source.enabled 启用
sources.source.interval_min 采集间隔（分钟）
sources.source.fastest_min 最短采集间隔（分钟）
sources.source.slowest_min 最长采集间隔（分钟）
sources.source.drop 投放文件夹
sources.source.drop_keep_days 投放文件导入后保留天数
sources.source.delay_s 请求间隔（秒）
sources.source.follow 读取每条的原页
sources.source.list 列表页规则
sources.source.list.link 链接选择器
sources.source.list.next 下一页选择器
sources.source.list.pages 最多几页列表
sources.source.page 内容页规则
sources.source.page.title 标题选择器
sources.source.page.text 正文选择器
sources.source.page.time 时间选择器
sources.source.page.category 类别选择器
sources.source.page.reply 答复选择器
sources.source.page.reply_time 答复时间选择器
sources.source.page.department 部门选择器
sources.source.api 数据接口字段
sources.source.api.items 列表字段
sources.source.api.id 编号字段
sources.source.api.title 标题字段
sources.source.api.text 正文字段
sources.source.api.time 时间字段
sources.source.api.url 网址字段
sources.source.api.url_template 网址模板
sources.source.api.category 类别字段
sources.source.api.outlet 媒体字段
sources.source.api.rank 名次字段
sources.source.api.reply 答复字段
sources.source.api.reply_time 答复时间字段
sources.source.api.department 部门字段
sources.source.api.next 下一页字段
sources.source.api.cursor_param 游标参数
sources.source.api.page_param 页码参数
sources.source.api.page_first 首页页码
sources.source.columns 导入文件的列
sources.source.columns.key 编号列
sources.source.columns.title 标题列
sources.source.columns.text 正文列
sources.source.columns.time 时间列
sources.source.columns.url 网址列
sources.source.columns.category 类别列
sources.source.columns.reply 答复列
sources.source.columns.reply_time 答复时间列
sources.source.columns.department 部门列
topics 专题
topics.topic 专题
topics.topic.name 名称
topics.topic.official 官方分类
topics.topic.department 主管部门
topics.topic.terms 词语
topics.topic.not_terms 排除的词语
alerts 预警
alerts.spike 异常判断
alerts.spike.minimum 最少多少条
alerts.spike.p_value 突增的概率界限
alerts.spike.rise_p_value 缓升的概率界限
alerts.spike.clocks_h 突增的时段（小时）
alerts.spike.rise_h 缓升的时段（小时）
alerts.spike.baseline_days 平时水平看多少天
alerts.spike.history_days 历史至少多少天
alerts.spike.recover_h 平静多久算恢复（小时）
alerts.spike.holidays 节假日
alerts.spike.workdays 调休上班日
alerts.level 级别
alerts.level.level 级别
alerts.level.total 条数
alerts.level.ratio 平时上限的倍数
alerts.level.growth 前一时段的倍数
alerts.level.news 新闻篇数
alerts.vulnerable 弱势群体与安全
alerts.vulnerable.people 人群词语
alerts.vulnerable.dangers 危险词语
alerts.vulnerable.topics 专题
alerts.vulnerable.raises 提高几级
alerts.vulnerable.best 最高到几级
alerts.thin_history_best 历史不足时最高几级
alerts.rise_best 苗头最高几级
alerts.channel 通知渠道
alerts.channel.id 编号
alerts.channel.type 种类
alerts.channel.to 收件人
alerts.channel.url 地址
alerts.channel.secret 密钥
alerts.channel.timeout_s 超时（秒）
alerts.route 通知路由
alerts.route.channels 渠道
alerts.route.levels 级别
alerts.route.topics 专题
alerts.route.watches 重点时段
alerts.route.desk 值班台
alerts.escalation 催办
alerts.escalation.after_min 多久无人签收（分钟）
alerts.escalation.levels 级别
alerts.escalation.channels 渠道
alerts.escalation.desk 值班台
alerts.growth 续报
alerts.growth.every_h 至少间隔（小时）
alerts.growth.grown 增长多少
alerts.growth.news 新增新闻篇数
alerts.growth.places 新增街道、镇
alerts.reminder 时限提醒
alerts.reminder.before_min 提前多久（分钟）
alerts.reminder.levels 级别
alerts.quiet 夜间等候
alerts.quiet.begin 开始
alerts.quiet.end 结束
alerts.quiet.levels 可以等候的级别
alerts.quiet.singles 几条以内逐条发
alerts.digest 汇总通知
alerts.digest.levels 汇总的级别
alerts.digest.every 多久一次
alerts.digest.at 每日时刻
alerts.person 值班人员
alerts.person.name 姓名
alerts.person.to 联系方式
alerts.roster 值班表
alerts.roster.desk 值班台编号
alerts.roster.name 值班台
alerts.roster.fallback 后备人员
alerts.roster.shift 班次
alerts.roster.shift.people 人员
alerts.roster.shift.days 星期
alerts.roster.shift.dates 日期
alerts.roster.shift.begin 开始
alerts.roster.shift.end 结束
alerts.calendar 值班日历
alerts.calendar.holidays 节假日
alerts.calendar.workdays 调休上班日
watch 重点时段
watch.watch 重点时段
watch.watch.id 编号
watch.watch.name 名称
watch.watch.begin 开始
watch.watch.end 结束
watch.watch.topics 关注专题
watch.watch.sources 加密采集的信源
watch.watch.minimum 最少多少条
watch.watch.p_value 突增的概率界限
watch.watch.refresh_min 采集间隔上限（分钟）
watch.watch.snapshot_h 快报间隔（小时）
watch.watch.channels 另行通知的渠道
watch.watch.desk 值班台
brief 专报
brief.unit 编辑单位
brief.first_issue 第 1 期的日期
brief.report_to 报
brief.send_to 送
brief.copy_to 发
brief.copies 印数
brief.formats 文件格式
response_plan 处置预案
response_plan.title 名称
response_plan.reply_h 留言答复时限（小时）
response_plan.due_soon_h 提前多久算即将到期（小时）
response_plan.reply 另定的答复时限
response_plan.reply.topics 专题
response_plan.reply.reply_h 时限（小时）
response_plan.reminder 留言催办
response_plan.reminder.channel 邮件渠道
response_plan.reminder.at 时刻
response_plan.reminder.workdays_only 只在工作日
response_plan.reminder.list_most 最多列几条
response_plan.department 部门
response_plan.department.name 名称
response_plan.department.email 邮箱
response_plan.department.phone 电话
response_plan.rule 预案条目
response_plan.rule.id 编号
response_plan.rule.topic 专题
response_plan.rule.level 级别起点
response_plan.rule.department 责任部门
response_plan.rule.deadline_h 答复时限（小时）
response_plan.rule.first_h 首次发布时限（小时）
response_plan.rule.steps 处置步骤
concerns 群众关切
concerns.concern 关切
concerns.concern.name 名称
concerns.concern.weight 权重
concerns.concern.words 词语
concerns.concern.not_words 排除的词语
"""
_VALUES = """
sqlite SQLite（单机）
elastic Elasticsearch
memory 内存（不保存）
linear 线性模型
e5 e5 编码器
snow SnowNLP
none 不加密
starttls STARTTLS
tls TLS
street 街道
town 镇、乡
news 新闻
official 政务发布
board 留言
post 公开帖文
hotlist 热榜
rss RSS/Atom
html 网页
json 数据接口
sitemap 站点地图
import 文件导入
email 邮件
wecom 企业微信
dingtalk 钉钉
feishu 飞书
webhook Webhook
log 只记日志
hour 每小时
day 每日
"""


def word(path: str) -> str:
    """The Chinese name of a key such as ``service.http.port`` (list items without their number); "" if it has none."""
    return _table(_WORDS).get(path, "")


def value_word(value: str) -> str:
    """A choice such as ``sqlite`` in words; the value itself where it is plain already."""
    return _table(_VALUES).get(value, value)


@cache
def _table(text: str) -> dict[str, str]:
    return dict(line.split(" ", 1) for line in text.strip().split("\n"))
