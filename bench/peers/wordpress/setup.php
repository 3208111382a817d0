<?php
// Installs WordPress and sets the options that make its pages comparable. Arguments: folder, password, posts on a page,
// entries in a feed, threads on a page of comments.
list(, $folder, $password, $posts, $entries, $threads) = $argv;
define('WP_INSTALLING', true);
function wp_new_blog_notification() {} // sends no email
require_once "$folder/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Registan', 'admin', 'admin@example.org', true, '', $password);
foreach (array('posts', 'postmeta', 'comments', 'commentmeta', 'term_relationships') as $table) {
    $wpdb->query("DELETE FROM {$wpdb->$table}");
}
$options = array(
    'permalink_structure' => '/%year%/%monthnum%/%day%/%postname%/',
    'posts_per_page' => $posts,
    'posts_per_rss' => $entries,
    'page_comments' => 1,
    'comments_per_page' => $threads,
    'default_comments_page' => 'oldest',
    'comments_notify' => 0,
    'moderation_notify' => 0,
    'default_pingback_flag' => 0,
    'template' => 'twentytwentyfive',
    'stylesheet' => 'twentytwentyfive',
);
foreach ($options as $name => $value) {
    update_option($name, $value);
}
// The next request makes the rules for addresses anew, now for these permalinks.
delete_option('rewrite_rules');
