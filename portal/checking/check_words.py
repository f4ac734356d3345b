"""What Django's own checks of a deployment find, in Chinese, with what to do here: Django does not
translate them.

Each is {id: (what, what to do)}. Where only changed code can bring a finding about, the remedy is
the code's.
"""

from django.core.checks import CheckMessage

OWN_CODE = "平台自带的设置没有这个问题：代码或 portal/settings.py 被改动过，请换回发布包中的文件。"
HTTPS = "请在网站证书装好以后去掉 HTTPS=0（或者改成 HTTPS=1），再重新启动。"
KEY = "请运行 python3 -c 'import secrets; print(secrets.token_urlsafe(50))'，把结果写进 SECRET_KEY_FILE 所指的文件，再重新启动。"
WORDS = {
    "security.E023": ("网页的 Referrer-Policy 头写的值不对。", OWN_CODE),
    "security.E024": ("网页的 Cross-Origin-Opener-Policy 头写的值不对。", OWN_CODE),
    "security.E101": ("表单验证出错时的处理函数签名不对。", OWN_CODE),
    "security.E102": ("表单验证出错时的处理函数无法导入。", OWN_CODE),
    "security.W001": ("没有启用安全中间件：不会跳转到 HTTPS，也没有 HSTS 等安全响应头。", OWN_CODE),
    "security.W002": ("没有启用防止网页被别的网站嵌入的中间件。", OWN_CODE),
    "security.W003": ("没有启用防止伪造表单（CSRF）的中间件。", OWN_CODE),
    "security.W004": ("没有 HSTS：浏览器可能用不加密的 HTTP 打开本网站。", HTTPS),
    "security.W005": ("HSTS 不包括子域名。", OWN_CODE),
    "security.W006": (
        "没有 X-Content-Type-Options: nosniff 响应头：浏览器可能猜错文件类型。",
        OWN_CODE,
    ),
    "security.W008": ("不加密的 HTTP 请求不会跳转到 HTTPS。", HTTPS),
    "security.W009": ("密钥 SECRET_KEY 太短或者太简单：登录状态和表单的签名可能被伪造。", KEY),
    "security.W010": ("登录状态的 Cookie 会在不加密的 HTTP 上传送。", HTTPS),
    "security.W011": ("登录状态的 Cookie 会在不加密的 HTTP 上传送。", HTTPS),
    "security.W012": ("登录状态的 Cookie 会在不加密的 HTTP 上传送，可能被窃听。", HTTPS),
    "security.W013": ("登录状态的 Cookie 能被网页中的脚本读取。", OWN_CODE),
    "security.W014": ("登录状态的 Cookie 能被网页中的脚本读取。", OWN_CODE),
    "security.W015": ("登录状态的 Cookie 能被网页中的脚本读取。", OWN_CODE),
    "security.W016": (
        "防止伪造表单（CSRF）的 Cookie 会在不加密的 HTTP 上传送，可能被窃听。",
        HTTPS,
    ),
    "security.W018": ("DEBUG=1：出错页面会向任何人显示内部设置。", "请去掉 DEBUG=1，再重新启动。"),
    "security.W019": ("网页可以被本网站的其他网页嵌入。", OWN_CODE),
    "security.W020": (
        "ALLOWED_HOSTS 是空的：平台不回答任何域名。",
        "请把网站域名写进环境变量 ALLOWED_HOSTS，例如 ALLOWED_HOSTS=www.example.gov.cn，再重新启动。",
    ),
    "security.W021": ("HSTS 没有允许浏览器预先收录本网站。", OWN_CODE),
    "security.W022": ("网页没有 Referrer-Policy 响应头。", OWN_CODE),
    "security.W025": ("旧密钥 SECRET_KEY_FALLBACKS 太短或者太简单。", OWN_CODE),
}


def words_of(found: CheckMessage) -> tuple[str, str]:
    """(what, what to do) of a finding; of one that is not in the list, its own words."""
    return WORDS.get(str(found.id), (str(found.msg), str(found.hint or "")))
