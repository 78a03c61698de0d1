// 示例网站脚本：没有任何功能，只是像真网站一样占个位置。
document.documentElement.dataset.ready = "yes";
