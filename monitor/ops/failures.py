"""Why a page was not read: one enumeration, counted in every run and in /metrics, each with what to do about it."""

from __future__ import annotations

from enum import StrEnum


class FetchFailure(StrEnum):
    ROBOTS = "robots"
    ROBOTS_AWAY = "robots_away"
    NOT_FOUND = "not_found"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate_limited"
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    DNS = "dns"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    REDIRECTS = "redirects"
    PRIVATE_ADDRESS = "private_address"
    EMPTY = "empty"
    NOT_TEXT = "not_text"
    NOT_A_FEED = "not_a_feed"
    NOT_JSON = "not_json"
    NO_LINKS = "no_links"
    NO_TEXT = "no_text"
    RULES_NEEDED = "rules_needed"
    BAD_RULE = "bad_rule"
    PAGE_LIMIT = "page_limit"
    TIME_LIMIT = "time_limit"
    NOT_KEPT = "not_kept"
    INTERNAL = "internal"


_F = FetchFailure
MESSAGES: dict[FetchFailure, tuple[str, str]] = {
    _F.ROBOTS: ("网站的 robots.txt 不允许采集", "尊重该规定：停用此信源，或联系网站取得许可、改用其 RSS"),
    _F.ROBOTS_AWAY: ("读不到网站的 robots.txt", "网站可能出了故障；本轮不采集，下一轮会自动再试"),
    _F.NOT_FOUND: ("网页不存在（404）", "核对信源网址是否已变更"),
    _F.GONE: ("网页已由网站撤下", "这是网站的更正或撤稿：不再显示其正文；若整站如此，请核对网址是否搬家"),
    _F.FORBIDDEN: ("网站拒绝访问（401/403）", "本服务不登录、不绕过限制；请联系网站或停用此信源"),
    _F.RATE_LIMITED: ("网站要求放慢访问（429/503）", "已按要求暂停，下一轮再试；可加大该信源的 delay_s"),
    _F.CLIENT_ERROR: ("网站认为请求有误（4xx）", "核对信源网址"),
    _F.SERVER_ERROR: ("网站内部出错（5xx）", "网站可能出了故障，下一轮会自动再试"),
    _F.DNS: ("找不到网站的地址（域名解析失败）", "核对信源网址的拼写和本机的 DNS"),
    _F.CONNECTION: ("连不上网站", "核对信源网址和本机网络；网站也可能正在维护"),
    _F.CERTIFICATE: ("网站的安全证书有问题", "联系网站更新证书；本服务不跳过证书检查"),
    _F.TIMEOUT: ("网站太久没有回应", "下一轮会自动再试；长期如此可加大 crawl.timeout_s"),
    _F.TOO_LARGE: ("网页超过大小上限", "核对网址是否指向文件下载；确有需要可加大 crawl.max_bytes"),
    _F.REDIRECTS: ("网页反复跳转", "在浏览器中打开网址，改填最终到达的网址"),
    _F.PRIVATE_ADDRESS: ("网址指向内网地址", "公网信源不得访问内网；若确是本单位网站，请写 local = true"),
    _F.EMPTY: ("网页是空的", "在浏览器中打开网址，核对是否仍有内容"),
    _F.NOT_TEXT: ("得到的不是网页", "核对网址是否指向图片或文件"),
    _F.NOT_A_FEED: ("得到的不是 RSS/Atom 订阅或网站地图", '核对订阅网址；若是普通栏目页，请用 adapter = "html"'),
    _F.NOT_JSON: ("得到的不是 JSON", "核对接口网址；它可能需要登录，或已改为网页"),
    _F.NO_LINKS: ("栏目页上没有找到文章链接", "网站可能改版了，请写或改 list.link 规则；"
                 "若栏目由脚本生成（本服务不执行脚本），请改用其 RSS 或 JSON 接口"),
    _F.NO_TEXT: ("网页上没有找到正文", "网站可能改版了；请写或改 page.text 规则"),
    _F.RULES_NEEDED: (
        "论坛的帖子页读不出正文",
        "认不出论坛软件，又不能确定人名不在正文里，因此不读；请写 page.text 和 page.time，只取正文和时间",
    ),
    _F.BAD_RULE: ("信源的 CSS 规则有误", "检查 list 和 page 中的选择器写法"),
    _F.PAGE_LIMIT: ("达到本轮的页数上限", "其余网页下一轮继续；可加大 crawl.max_pages"),
    _F.TIME_LIMIT: ("达到本轮的时间上限", "其余网页下一轮继续；可加大 crawl.run_limit_s 或减小间隔"),
    _F.NOT_KEPT: ("数据库和暂存文件都写不进去", "检查磁盘空间和数据库；这些网页下一轮会重新读取"),
    _F.INTERNAL: ("处理网页时程序出错", "请把运行日志交给维护人员"),
}  # fmt: skip
