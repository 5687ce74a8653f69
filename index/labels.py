"""What the names say that authors of pages give to its elements.

Names are judged as words ("c-newsletter__form" is newsletter and form), never by one site's own.
"""

import re

from lxml.html import HtmlElement

WORDS = re.compile(
    r"""
    nav|navbar|navigation|navigator|menu|menubar|breadcrumb|breadcrumbs|footer|sidebar|rail|aside|newsletter|
    newsletters|signup|subscribe|subscription|subscriptions|paywall|regwall|registration|related|recirc|
    recirculation|recommended|recommendation|recommendations|recommends|teaser|teasers|promo|promos|promoted|
    promotion|promobox|trending|popular|mostread|mostpopular|mostviewed|toplist|share|shares|sharing|sharebar|
    sharetools|sharedaddy|social|socials|socialmedia|addthis|addtoany|comment|comments|commenting|disqus|
    respond|replies|cookie|cookies|consent|gdpr|ccpa|onetrust|didomi|banner|advert|adverts|advertisement|
    advertising|advertorial|ad|ads|adslot|adspot|adunit|adbox|dfp|sponsor|sponsors|taboola|outbrain|caption|
    captions|figcaption|credit|credits|photocredit|imagecredit|byline|bylines|bio|biography|authorbox|tags|
    taglist|tagcloud|topics|toolbar|tooltip|modal|popup|overlay|lightbox|carousel|slider|slideshow|poll|
    polls|rating|ratings|skip|skiplink|login|signin|account|search|dropdown|meta|offscreen|visuallyhidden|
    sronly|assistive|readmore|readnext|seealso|alsoread|upnext|donate|donation|donations|membership|cta|
    copyright|disclaimer|pagination|pager|timestamp|cookiebar|masthead|sitefooter|siteheader|topbar|feedback|
    gift|reactions|appdownload|metadata|postmeta|entrymeta|jetpack|printonly|noprint|follow|subscribebox|
    comentarios|comentario|commentaires|commentaire|kommentare|kommentar|commenti|reacties|publicidad|
    publicite|pubblicita|werbung|anzeige|relacionados|compartir|partager|teilen|prenav|postnav|pullquote|pullquotes|tweet|tweets|quiz|quizzes|sponsored|disclosure|disclosures|interstitial|kicker|eyebrow|overline|flyout|whitepaper|whitepapers|guidelines
    """,
    re.VERBOSE,
)  # fmt: skip
PHRASES = re.compile(
    r"^hidden$|^sources?$|(?:^|-)(?:(?:article|image|photo|post|story)-sources?|further-reading|pull-quote|(?:instagram|facebook|tiktok|bluesky|threads)-(?:media|embed|post)|sr-only|visually-hidden|visuallyhidden|screen-reader(?:-text)?|u-hidden|is-hidden|read-more|read-next|see-also|also-read|more-on|more-from"
    r"|more-stories|more-news|up-next|white-papers?|video-(?:desc|description|caption|title|headline|resource|details|info|transcript)|text-size|(?:text|font)-(?:sizer|resizer?)|font-size-(?:tool|tools|control|controls|switch)|open-web|(?:community|comment|commenting|conversation)-(?:rules|policy)|next-article|next-post|prev-post|previous-post|post-navigation|author-(?:bio|box|card|info|profile|description)|about-(?:the-)?(?:author|writer|reporter|journalist)s?|most-(?:read|viewed|popular|commented)"
    r"|(?:community|reader|readers|donation|support|membership)-appeal|appeal-(?:box|title|banner|form)|marketing-(?:unit|module|box|banner|slot)|(?:press|media)-contacts?|contact-(?:widget|box|card)|jump-links?|inline-link|rich-link|link-box|link-list|story-package|sign-up|log-in|sign-in|back-to-top|call-to-action|app-(?:download|promo|banner)|(?:post|entry|article)-(?:meta|tags|footer-links|actions|tools|share)"
    r"|(?:audio|video|podcast)-(?:player|embed|module)|tag-list|photo-credit|image-(?:caption|credit|info)|media-(?:caption|credit)|wp-caption-text|continue-reading|latest-news|top-stories|editors-picks|you-may-(?:also-)?like|follow-us|get-the-app|print-only|push-notification|reading-time|read-time)(?:-|$)"
)
# Words that are as often part of a name for the article itself.
SHY = {
    "meta", "paywall", "ad", "subscription", "sponsor", "sponsored", "promoted", "topics", "banner", "overlay", "modal", "copyright",
    "rail", "slider", "metadata", "account", "gift", "search", "follow", "promotion", "sidebar",
}  # fmt: skip
NAMING = (
    "data-component", "data-component-name", "data-testid", "data-test", "data-type", "data-block", "data-module",
    "data-qa", "data-gu-name", "data-inset_type", "aria-label", "itemprop", "data-name",
)  # fmt: skip
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
RELATION = re.compile(
    r"(?:no|non|not|has|with|without|wp-post|category|tag|single|page|type|status|format)-"
)


def dashed(element: HtmlElement, with_id: bool = True) -> list[str]:
    """Return the names in an element's naming attributes, lower-cased, their words joined by dashes."""
    raw = [*(element.get("class") or "").split(), element.get("id") or "" if with_id else ""]
    raw += [element.get(attribute) or "" for attribute in NAMING]
    return [
        re.sub(r"[^a-z0-9]+", "-", CAMEL.sub("-", name).lower()).strip("-") for name in raw if name
    ]


def words_in(named: list[str]) -> set[str]:
    """Return the words of dashed names; "has-sidebar" and "no-ads" name something else's lack or presence."""
    return {word for name in named if not RELATION.match(name) for word in name.split("-")}


def flagged(named: list[str]) -> set[str]:
    """Return those words of dashed names that say what isn't an article."""
    return {word for word in words_in(named) if WORDS.fullmatch(word)}


def names_of(element: HtmlElement) -> set[str]:
    """Return the words in an element's class and id."""
    return words_in(dashed(element))
